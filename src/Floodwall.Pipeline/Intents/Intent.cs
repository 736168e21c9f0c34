using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>
/// One change that an agent wants made: 128 unmanaged bytes, two cache lines, as it stands in ring slots and lanes.
/// </summary>
/// <remarks>
/// The first 96 bytes hold what every stage reads. Names are <see cref="Symbol"/>s of the wall's table.
/// <see cref="SubmittedTick"/> is time as the trusted edge that embeds the wall states it, never as the agent claims it:
/// it moves the wall's clock.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct Intent : IEquatable<Intent>
{
    /// <summary>The struct's length in bytes.</summary>
    public const int Size = 128;

    /// <summary>Cost units in 1.0: costs are fixed-point with six decimals.</summary>
    public const long CostScale = 1_000_000;

    /// <summary>The agent's own number for it. Agent and id together name an intent while it lives in the wall.</summary>
    [FieldOffset(0)] public ulong Id;

    /// <summary>Who asks. Required.</summary>
    [FieldOffset(8)] public Symbol Agent;

    /// <summary>What is to be changed. Required.</summary>
    [FieldOffset(12)] public Symbol Resource;

    /// <summary>The kind of change, such as <c>infra.security_group.update</c>.</summary>
    [FieldOffset(16)] public Symbol Topic;

    /// <summary>Where, such as <c>production</c>.</summary>
    [FieldOffset(20)] public Symbol Environment;

    /// <summary>The organisational scope it counts against.</summary>
    [FieldOffset(24)] public Symbol Scope;

    /// <summary>The resource pool it draws on.</summary>
    [FieldOffset(28)] public Symbol Pool;

    /// <summary>The identity under which it would be carried out.</summary>
    [FieldOffset(32)] public Symbol Identity;

    /// <summary>The agent's role.</summary>
    [FieldOffset(36)] public Symbol Role;

    /// <summary>What is wanted.</summary>
    [FieldOffset(40)] public IntentAction Action;

    /// <summary>How urgent.</summary>
    [FieldOffset(41)] public Priority Priority;

    /// <summary>How far it reaches.</summary>
    [FieldOffset(42)] public BlastRadius BlastRadius;

    /// <summary>Replicas wanted; only with <see cref="IntentAction.Scale"/>.</summary>
    [FieldOffset(44)] public uint Replicas;

    /// <summary>Names the attempt across retries; 0 for none.</summary>
    [FieldOffset(48)] public UInt128 IdempotencyKey;

    /// <summary>What it costs, in millionths (<see cref="CostScale"/>); never negative.</summary>
    [FieldOffset(64)] public long CostMicros;

    /// <summary>The logical tick at which the edge took it in.</summary>
    [FieldOffset(72)] public ulong SubmittedTick;

    /// <summary>The last tick at which carrying it out still makes sense; 0 for none.</summary>
    [FieldOffset(80)] public ulong DeadlineTick;

    /// <summary>Handle of an interned attribute set; 0 for none.</summary>
    [FieldOffset(88)] public uint Attributes;

    /// <summary>How many ids back the intent stands that must go first; 0 for none. A replacement's Apply follows its Destroy by 1.</summary>
    [FieldOffset(92)] public uint FollowsBack;

    /// <summary>The manifest to apply; only with <see cref="IntentAction.Apply"/>.</summary>
    [FieldOffset(96)] public Digest ManifestDigest;

    /// <summary>Whether something is lost by carrying it out: a Destroy, or a Scale to 0.</summary>
    public readonly bool IsDestructive =>
        Action == IntentAction.Destroy || (Action == IntentAction.Scale && Replicas == 0);

    /// <summary>Byte-wise equality.</summary>
    public static bool operator ==(in Intent left, in Intent right) => left.Bytes.SequenceEqual(right.Bytes);

    /// <summary>Byte-wise inequality.</summary>
    public static bool operator !=(in Intent left, in Intent right) => !(left == right);

    /// <inheritdoc/>
    public readonly bool Equals(Intent other) => this == other;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Intent other && this == other;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Id, Agent, Resource, Action, SubmittedTick);

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Intent>(in this));
}
