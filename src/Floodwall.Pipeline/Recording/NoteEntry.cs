using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// A note of the gate as bytes: u8 <see cref="GateNoteKind"/>, u8 <see cref="VerdictKind"/> that would have been, u32 rule, and, with
/// Exempted only, u32 rule of the exemption. Little-endian. It stands right before the decision it belongs to, with nothing but the ledger's
/// own entries between them: what was used up to let an intent pass is on record before the intent is.
/// </summary>
public static class NoteEntry
{
    /// <summary>The payload's length without an exemption.</summary>
    public const int Length = 6;

    /// <summary>The payload's length with one.</summary>
    public const int ExemptedLength = Length + sizeof(uint);

    /// <summary>The payload's length.</summary>
    public static int LengthOf(in GateNote note) => note.Kind == GateNoteKind.Exempted ? ExemptedLength : Length;

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, in GateNote note)
    {
        payload[0] = (byte)note.Kind;
        payload[1] = (byte)note.WouldBe;
        BinaryPrimitives.WriteUInt32LittleEndian(payload[2..], note.Rule.Id);
        if (note.Kind == GateNoteKind.Exempted)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload[Length..], note.Exemption.Id);
        }
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out GateNote note)
    {
        note = default;
        if (payload.Length is not (Length or ExemptedLength))
        {
            return $"a note has {payload.Length} bytes, expected {Length} or {ExemptedLength}";
        }

        GateNoteKind kind = (GateNoteKind)payload[0];
        VerdictKind wouldBe = (VerdictKind)payload[1];
        RuleId rule = new(BinaryPrimitives.ReadUInt32LittleEndian(payload[2..]));
        bool exempts = kind == GateNoteKind.Exempted;
        RuleId exemption = payload.Length == ExemptedLength ? new RuleId(BinaryPrimitives.ReadUInt32LittleEndian(payload[Length..])) : RuleId.None;
        if (kind is GateNoteKind.None or > GateNoteKind.Candidate
            || wouldBe > VerdictKind.Reject
            || (wouldBe == VerdictKind.Admit && kind != GateNoteKind.Candidate)
            || exempts != (payload.Length == ExemptedLength)
            || exempts == (exemption == RuleId.None))
        {
            return $"a note of kind {payload[0]} that says {payload[1]}, in {payload.Length} bytes, means nothing";
        }

        note = new GateNote(kind, wouldBe, rule, exemption);
        return null;
    }
}
