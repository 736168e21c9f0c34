using System.Buffers.Binary;
using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>What a decision entry says.</summary>
public record struct DecisionRecord
{
    /// <summary>The intent as it was submitted.</summary>
    public Intent Intent;

    /// <summary>What the gate said.</summary>
    public Verdict Verdict;

    /// <summary>The wall's clock when the intent was admitted.</summary>
    public ulong AdmittedTick;

    /// <summary>The wall's clock when it left the queue for the gate.</summary>
    public ulong DecidedTick;

    /// <summary>How it came past admission and the queue.</summary>
    public Passage Passage;

    /// <summary>
    /// What is left of the tick's share of releases behind it, where that is not the share minus the tick's releases; null otherwise.
    /// </summary>
    public uint? ReleasesLeft;
}

/// <summary>
/// Decisions as bytes. The common decision is 47 bytes behind the 7-byte entry header, 54 in all, so that its RFC 6962 leaf is
/// one SHA-256 block; whatever is rarer follows behind, announced by the presence bits. Little-endian.
/// </summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0     1  action (bits 0–1), priority (2–3), blast radius (4–5), passage (6–7)
///      1     1  verdict kind
///      2     4  rule
///      6     1  verdict detail
///      7     8  intent id
///     15     4  agent      19 4 resource      23 4 topic      27 4 environment
///     31     6  tick of admission (u48)
///     37     2  ticks in the queue
///     39     4  cost, millionths
///     43     2  replicas
///     45     2  presence bits of the fields that follow, in the order of the bits
/// </code>
/// </remarks>
public static class DecisionEntry
{
    /// <summary>The payload's length when nothing rare is present.</summary>
    public const int CoreLength = 47;

    /// <summary>The payload's length when everything rare is present.</summary>
    public const int MaxLength = CoreLength + 8 + 8 + 16 + 32 + (6 * 4) + 8 + 4 + 8 + 8 + 8 + 4;

    private const ulong MaxU48 = (1UL << 48) - 1;

    [Flags]
    internal enum Present : ushort
    {
        None = 0,
        SubmittedTick = 1 << 0,
        DeadlineTick = 1 << 1,
        IdempotencyKey = 1 << 2,
        ManifestDigest = 1 << 3,
        Scope = 1 << 4,
        Pool = 1 << 5,
        Identity = 1 << 6,
        Role = 1 << 7,
        Attributes = 1 << 8,
        FollowsBack = 1 << 9,
        VerdictArgument = 1 << 10,
        WideReplicas = 1 << 11,
        WideCost = 1 << 12,
        WideDelay = 1 << 13,
        WideTick = 1 << 14,
        ReleasesLeft = 1 << 15,
    }

    /// <summary>The length of the payload that <see cref="Write"/> will fill.</summary>
    public static int LengthOf(
        in Intent intent, in Verdict verdict, ulong admittedTick, ulong decidedTick, uint? releasesLeft = null)
    {
        return SizeOf(PresenceOf(intent, verdict, admittedTick, decidedTick, releasesLeft));
    }

    /// <summary>Writes the payload.</summary>
    /// <param name="payload">Exactly <see cref="LengthOf"/> bytes.</param>
    /// <param name="intent">The intent.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="admittedTick">The clock at admission.</param>
    /// <param name="decidedTick">The clock at the gate; not before <paramref name="admittedTick"/>.</param>
    /// <param name="passage">How the intent came past admission and the queue.</param>
    /// <param name="releasesLeft">See <see cref="DecisionRecord.ReleasesLeft"/>.</param>
    public static void Write(
        Span<byte> payload,
        in Intent intent,
        in Verdict verdict,
        ulong admittedTick,
        ulong decidedTick,
        Passage passage = Passage.Straight,
        uint? releasesLeft = null)
    {
        Encode(
            payload, PresenceOf(intent, verdict, admittedTick, decidedTick, releasesLeft), intent, verdict, admittedTick, decidedTick, passage, releasesLeft);
    }

    /// <summary>The length of the payload with these fields.</summary>
    internal static int SizeOf(Present present) => present == Present.None ? CoreLength : CoreLength + RareLength(present);

    /// <summary>Writes the payload whose fields are known; the hot path settles them once for the length and the bytes.</summary>
    internal static void Encode(
        Span<byte> payload,
        Present present,
        in Intent intent,
        in Verdict verdict,
        ulong admittedTick,
        ulong decidedTick,
        Passage passage,
        uint? releasesLeft)
    {
        Debug.Assert(decidedTick >= admittedTick, "the clock runs forward");
        Span<byte> core = payload[..CoreLength];
        core[0] = (byte)((int)intent.Action | ((int)intent.Priority << 2) | ((int)intent.BlastRadius << 4) | ((int)passage << 6));
        core[1] = (byte)verdict.Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(core[2..], verdict.Rule.Id);
        core[6] = verdict.Detail;
        BinaryPrimitives.WriteUInt64LittleEndian(core[7..], intent.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(core[15..], intent.Agent.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(core[19..], intent.Resource.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(core[23..], intent.Topic.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(core[27..], intent.Environment.Id);

        // Eight bytes at 31 hold the 48-bit tick and, above it, the 16-bit delay.
        ulong tick = Has(present, Present.WideTick) ? 0 : admittedTick;
        ulong delay = Has(present, Present.WideDelay) ? 0 : decidedTick - admittedTick;
        BinaryPrimitives.WriteUInt64LittleEndian(core[31..], tick | (delay << 48));
        BinaryPrimitives.WriteUInt32LittleEndian(core[39..], Has(present, Present.WideCost) ? 0 : (uint)intent.CostMicros);
        BinaryPrimitives.WriteUInt16LittleEndian(core[43..], Has(present, Present.WideReplicas) ? (ushort)0 : (ushort)intent.Replicas);
        BinaryPrimitives.WriteUInt16LittleEndian(core[45..], (ushort)present);
        if (present != Present.None)
        {
            WriteRare(payload[CoreLength..], present, intent, verdict, admittedTick, decidedTick, releasesLeft);
        }
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out DecisionRecord record)
    {
        record = default;
        if (payload.Length < CoreLength)
        {
            return $"a decision has {payload.Length} bytes, expected at least {CoreLength}";
        }

        Present present = (Present)BinaryPrimitives.ReadUInt16LittleEndian(payload[45..]);
        if (payload.Length != CoreLength + RareLength(present))
        {
            return $"a decision with presence bits 0x{(ushort)present:x4} has {payload.Length} bytes, expected {CoreLength + RareLength(present)}";
        }

        byte traits = payload[0];
        ref Intent intent = ref record.Intent;
        intent.Action = (IntentAction)(traits & 3);
        intent.Priority = (Priority)((traits >> 2) & 3);
        intent.BlastRadius = (BlastRadius)((traits >> 4) & 3);
        VerdictKind kind = (VerdictKind)payload[1];
        record.Passage = (Passage)(traits >> 6);
        if (intent.Action > IntentAction.Destroy || kind > VerdictKind.Reject)
        {
            return $"a decision has traits 0x{traits:x2} and verdict {payload[1]}, which mean nothing";
        }

        RuleId rule = new(BinaryPrimitives.ReadUInt32LittleEndian(payload[2..]));
        intent.Id = BinaryPrimitives.ReadUInt64LittleEndian(payload[7..]);
        intent.Agent = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[15..]));
        intent.Resource = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[19..]));
        intent.Topic = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[23..]));
        intent.Environment = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[27..]));
        ulong time = BinaryPrimitives.ReadUInt64LittleEndian(payload[31..]);
        record.AdmittedTick = time & MaxU48;
        ulong delay = time >> 48;
        intent.CostMicros = BinaryPrimitives.ReadUInt32LittleEndian(payload[39..]);
        intent.Replicas = BinaryPrimitives.ReadUInt16LittleEndian(payload[43..]);

        ulong argument = ReadRare(payload[CoreLength..], present, ref record, ref delay);
        record.DecidedTick = unchecked(record.AdmittedTick + delay);
        record.Verdict = Verdict.FromParts(kind, rule, argument, payload[6]);
        if (record.DecidedTick < record.AdmittedTick)
        {
            return $"a decision waited {delay} ticks from tick {record.AdmittedTick}, past the end of time";
        }

        return intent.CostMicros < 0 ? $"a decision's cost is {intent.CostMicros}, expected 0 or more" : null;
    }

    internal static Present PresenceOf(in Intent intent, in Verdict verdict, ulong admittedTick, ulong decidedTick, uint? releasesLeft)
    {
        // The common decision has none of it: every rare field is zero, and so are the upper halves of the narrow ones.
        ulong rare = (intent.SubmittedTick ^ admittedTick) | intent.DeadlineTick | verdict.Argument
            | (ulong)intent.IdempotencyKey | (ulong)(intent.IdempotencyKey >> 64)
            | intent.Scope.Id | intent.Pool.Id | intent.Identity.Id | intent.Role.Id | intent.Attributes | intent.FollowsBack
            | (intent.Replicas >> 16) | ((ulong)intent.CostMicros >> 32) | ((decidedTick - admittedTick) >> 16) | (admittedTick >> 48);

        return rare == 0 && releasesLeft is null && intent.ManifestDigest.IsEmpty
            ? Present.None
            : RarePresence(intent, verdict, admittedTick, decidedTick, releasesLeft);
    }

    // Not Enum.HasFlag, which allocates until the JIT has optimised its caller.
    private static bool Has(Present present, Present flag) => (present & flag) != 0;

    private static Present RarePresence(in Intent intent, in Verdict verdict, ulong admittedTick, ulong decidedTick, uint? releasesLeft)
    {
        Present present = Present.None;
        present |= intent.SubmittedTick != admittedTick ? Present.SubmittedTick : 0;
        present |= intent.DeadlineTick != 0 ? Present.DeadlineTick : 0;
        present |= intent.IdempotencyKey != UInt128.Zero ? Present.IdempotencyKey : 0;
        present |= !intent.ManifestDigest.IsEmpty ? Present.ManifestDigest : 0;
        present |= !intent.Scope.IsNone ? Present.Scope : 0;
        present |= !intent.Pool.IsNone ? Present.Pool : 0;
        present |= !intent.Identity.IsNone ? Present.Identity : 0;
        present |= !intent.Role.IsNone ? Present.Role : 0;
        present |= intent.Attributes != 0 ? Present.Attributes : 0;
        present |= intent.FollowsBack != 0 ? Present.FollowsBack : 0;
        present |= verdict.Argument != 0 ? Present.VerdictArgument : 0;
        present |= intent.Replicas > ushort.MaxValue ? Present.WideReplicas : 0;
        present |= intent.CostMicros > uint.MaxValue ? Present.WideCost : 0;
        present |= decidedTick - admittedTick > ushort.MaxValue ? Present.WideDelay : 0;
        present |= admittedTick > MaxU48 ? Present.WideTick : 0;
        present |= releasesLeft is not null ? Present.ReleasesLeft : 0;
        return present;
    }

    private static int RareLength(Present present)
    {
        const Present Eight = Present.SubmittedTick | Present.DeadlineTick | Present.VerdictArgument | Present.WideCost
            | Present.WideDelay | Present.WideTick;
        const Present Four = Present.Scope | Present.Pool | Present.Identity | Present.Role | Present.Attributes
            | Present.FollowsBack | Present.WideReplicas | Present.ReleasesLeft;

        return (System.Numerics.BitOperations.PopCount((uint)(present & Eight)) * 8)
            + (System.Numerics.BitOperations.PopCount((uint)(present & Four)) * 4)
            + (Has(present, Present.IdempotencyKey) ? 16 : 0)
            + (Has(present, Present.ManifestDigest) ? Digest.Size : 0);
    }

    private static void WriteRare(
        Span<byte> rare,
        Present present,
        in Intent intent,
        in Verdict verdict,
        ulong admittedTick,
        ulong decidedTick,
        uint? releasesLeft)
    {
        FieldWriter fields = new(rare);
        fields.U64(Has(present, Present.SubmittedTick), intent.SubmittedTick);
        fields.U64(Has(present, Present.DeadlineTick), intent.DeadlineTick);
        fields.U128(Has(present, Present.IdempotencyKey), intent.IdempotencyKey);
        fields.Bytes(Has(present, Present.ManifestDigest), intent.ManifestDigest);
        fields.U32(Has(present, Present.Scope), intent.Scope.Id);
        fields.U32(Has(present, Present.Pool), intent.Pool.Id);
        fields.U32(Has(present, Present.Identity), intent.Identity.Id);
        fields.U32(Has(present, Present.Role), intent.Role.Id);
        fields.U32(Has(present, Present.Attributes), intent.Attributes);
        fields.U32(Has(present, Present.FollowsBack), intent.FollowsBack);
        fields.U64(Has(present, Present.VerdictArgument), verdict.Argument);
        fields.U32(Has(present, Present.WideReplicas), intent.Replicas);
        fields.U64(Has(present, Present.WideCost), (ulong)intent.CostMicros);
        fields.U64(Has(present, Present.WideDelay), decidedTick - admittedTick);
        fields.U64(Has(present, Present.WideTick), admittedTick);
        fields.U32(Has(present, Present.ReleasesLeft), releasesLeft ?? 0);
        Debug.Assert(fields.Remaining == 0, "LengthOf and Write disagree");
    }

    private static ulong ReadRare(ReadOnlySpan<byte> rare, Present present, ref DecisionRecord record, ref ulong delay)
    {
        FieldReader fields = new(rare);
        ref Intent intent = ref record.Intent;
        bool late = Has(present, Present.SubmittedTick);
        ulong submitted = fields.U64(late, 0);
        intent.DeadlineTick = fields.U64(Has(present, Present.DeadlineTick), 0);
        intent.IdempotencyKey = fields.U128(Has(present, Present.IdempotencyKey));
        intent.ManifestDigest = fields.Digest(Has(present, Present.ManifestDigest));
        intent.Scope = new Symbol(fields.U32(Has(present, Present.Scope), 0));
        intent.Pool = new Symbol(fields.U32(Has(present, Present.Pool), 0));
        intent.Identity = new Symbol(fields.U32(Has(present, Present.Identity), 0));
        intent.Role = new Symbol(fields.U32(Has(present, Present.Role), 0));
        intent.Attributes = fields.U32(Has(present, Present.Attributes), 0);
        intent.FollowsBack = fields.U32(Has(present, Present.FollowsBack), 0);
        ulong argument = fields.U64(Has(present, Present.VerdictArgument), 0);
        intent.Replicas = fields.U32(Has(present, Present.WideReplicas), intent.Replicas);
        intent.CostMicros = (long)fields.U64(Has(present, Present.WideCost), (ulong)intent.CostMicros);
        delay = fields.U64(Has(present, Present.WideDelay), delay);
        record.AdmittedTick = fields.U64(Has(present, Present.WideTick), record.AdmittedTick);
        record.ReleasesLeft = Has(present, Present.ReleasesLeft) ? fields.U32(true, 0) : null;
        intent.SubmittedTick = late ? submitted : record.AdmittedTick;
        return argument;
    }
}
