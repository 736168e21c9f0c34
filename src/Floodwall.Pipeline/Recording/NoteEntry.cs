using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// The notes beside one decision as bytes, one behind the other, each kind at most once and ascending: u8 <see cref="GateNoteKind"/>,
/// u8 <see cref="VerdictKind"/> that would have been, u32 rule, and, with Exempted only, u32 rule of the exemption. Little-endian. The entry
/// stands right before the decision it belongs to, with nothing but the ledger's own entries between them: what was used up to let an intent
/// pass is on record before the intent is.
/// </summary>
/// <remarks>Ledgers from before a decision could have several notes hold the foremost alone, in the same form.</remarks>
public static class NoteEntry
{
    /// <summary>The length of a note without an exemption.</summary>
    public const int Length = 6;

    /// <summary>The length of a note with one.</summary>
    public const int ExemptedLength = Length + sizeof(uint);

    /// <summary>The payload's length.</summary>
    public static int LengthOf(in GateNoteSet notes) =>
        (Length * notes.Count) + (notes.Of(GateNoteKind.Exempted).Kind == GateNoteKind.None ? 0 : sizeof(uint));

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, in GateNoteSet notes)
    {
        for (int i = 0; i < notes.Count; i++)
        {
            GateNote note = notes[i];
            payload[0] = (byte)note.Kind;
            payload[1] = (byte)note.WouldBe;
            BinaryPrimitives.WriteUInt32LittleEndian(payload[2..], note.Rule.Id);
            if (note.Kind == GateNoteKind.Exempted)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(payload[Length..], note.Exemption.Id);
            }

            payload = payload[LengthOf(note.Kind)..];
        }
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out GateNoteSet notes)
    {
        notes = default;
        string? fault = payload.IsEmpty ? "an entry of notes is empty" : null;
        for (GateNoteKind last = GateNoteKind.None; !payload.IsEmpty && fault is null;)
        {
            fault = ReadOne(payload, last, out GateNote note);
            if (fault is null)
            {
                last = note.Kind;
                notes.Add(in note);
                payload = payload[LengthOf(last)..];
            }
        }

        notes = fault is null ? notes : default;
        return fault;
    }

    private static string? ReadOne(ReadOnlySpan<byte> payload, GateNoteKind last, out GateNote note)
    {
        note = default;
        GateNoteKind kind = (GateNoteKind)payload[0];
        if (kind <= last || kind > GateNoteKind.Candidate)
        {
            return $"a note is of kind {payload[0]} behind one of kind {(byte)last}; kinds from {(byte)last + 1} to {(byte)GateNoteKind.Candidate} can stand there";
        }

        int length = LengthOf(kind);
        if (payload.Length < length)
        {
            return $"a note of kind {payload[0]} has {payload.Length} bytes, expected {length}";
        }

        VerdictKind wouldBe = (VerdictKind)payload[1];
        RuleId rule = new(BinaryPrimitives.ReadUInt32LittleEndian(payload[2..]));
        bool exempts = kind == GateNoteKind.Exempted;
        RuleId exemption = exempts ? new RuleId(BinaryPrimitives.ReadUInt32LittleEndian(payload[Length..])) : RuleId.None;
        if (wouldBe > VerdictKind.Reject || (wouldBe == VerdictKind.Admit && kind != GateNoteKind.Candidate) || exempts == (exemption == RuleId.None))
        {
            return $"a note of kind {payload[0]} that says {payload[1]}, with exemption {exemption.Id}, means nothing";
        }

        note = new GateNote(kind, wouldBe, rule, exemption);
        return null;
    }

    private static int LengthOf(GateNoteKind kind) => kind == GateNoteKind.Exempted ? ExemptedLength : Length;
}
