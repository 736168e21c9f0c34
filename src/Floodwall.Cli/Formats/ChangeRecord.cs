using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats;

/// <summary>One change as read from a file, in strings, with everything that its format does not state derived (docs/derivation.md).</summary>
internal sealed record ChangeRecord
{
    /// <summary>The submitter's own number for the intent; null where the format has none, for the caller to number.</summary>
    public ulong? Id { get; init; }

    /// <summary>Who asks. Not empty, at most <see cref="Limits.NameBytes"/> bytes of UTF-8, no control characters, as all names here.</summary>
    public required string Agent { get; init; }

    /// <summary>What is to change.</summary>
    public required string Resource { get; init; }

    /// <summary>What is to happen to it.</summary>
    public required IntentAction Action { get; init; }

    /// <summary>SHA-256 (32 bytes) of the canonical JSON of the state asked for; null where the input does not carry that state.</summary>
    public byte[]? ManifestDigest { get; init; }

    /// <summary>The number of replicas for <see cref="IntentAction.Scale"/>; 0 otherwise.</summary>
    public uint Replicas { get; init; }

    /// <summary>How urgent.</summary>
    public required Priority Priority { get; init; }

    /// <summary>How much can break.</summary>
    public required BlastRadius BlastRadius { get; init; }

    /// <summary>The topic that policies and subscribers match on.</summary>
    public string? Topic { get; init; }

    /// <summary>The environment, such as <c>production</c>.</summary>
    public string? Environment { get; init; }

    /// <summary>The organisation or scope whose policies apply.</summary>
    public string? Scope { get; init; }

    /// <summary>The budget pool that is charged.</summary>
    public string? Pool { get; init; }

    /// <summary>The identity under which the agent acts where that is not its own, such as an impersonated user.</summary>
    public string? Identity { get; init; }

    /// <summary>The role that the agent acts in.</summary>
    public string? Role { get; init; }

    /// <summary>The cost in millionths of a unit, 0 or more.</summary>
    public long CostMicros { get; init; }

    /// <summary>When it was submitted, in the input's own ticks (milliseconds since 1970 for audit logs); null where not stated.</summary>
    public ulong? SubmittedTick { get; init; }

    /// <summary>After which tick it is pointless.</summary>
    public ulong? DeadlineTick { get; init; }

    /// <summary>The key under which a retry is recognised.</summary>
    public UInt128? IdempotencyKey { get; init; }

    /// <summary>1 where this record may only go ahead if the record just before it did (the create half of a replacement); 0 otherwise.</summary>
    public int FollowsBack { get; init; }

    /// <summary>What the intent's own fields do not hold; each name once.</summary>
    public IReadOnlyList<ChangeAttribute> Attributes { get; init; } = [];

    /// <summary>Where it was read.</summary>
    public required SourcePosition Position { get; init; }
}
