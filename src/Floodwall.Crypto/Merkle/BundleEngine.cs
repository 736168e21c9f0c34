using System.Runtime.Intrinsics;

namespace Floodwall.Crypto;

/// <summary>Which way bundles are hashed: one message after the other, or several side by side.</summary>
internal enum LaneSet
{
    /// <summary>One message after the other, on the fastest serial function.</summary>
    Serial,

    /// <summary>4 lanes in 128-bit vectors.</summary>
    Vector128,

    /// <summary>8 lanes on AVX2.</summary>
    Avx2,

    /// <summary>8 lanes on AVX-512VL.</summary>
    Avx512Vl,

    /// <summary>16 lanes on AVX-512.</summary>
    Avx512,
}

/// <summary>One way to hash a bundle; made for one <see cref="LaneSet"/>.</summary>
internal abstract class BundleEngine
{
    /// <summary>The fastest way on this CPU.</summary>
    /// <remarks>4 lanes are slower than one message on SHA instructions, so they serve only where there are none.</remarks>
    public static LaneSet Best { get; } =
        Avx512Ops.IsSupported ? LaneSet.Avx512
        : Avx512VlOps.IsSupported ? LaneSet.Avx512Vl
        : Avx2Ops.IsSupported ? LaneSet.Avx2
        : Vector128Ops.IsSupported && Sha256.Backend == "portable" ? LaneSet.Vector128
        : LaneSet.Serial;

    /// <summary>Whether this CPU has the instructions for <paramref name="lanes"/>.</summary>
    public static bool IsSupported(LaneSet lanes) => lanes switch
    {
        LaneSet.Avx512 => Avx512Ops.IsSupported,
        LaneSet.Avx512Vl => Avx512VlOps.IsSupported,
        LaneSet.Avx2 => Avx2Ops.IsSupported,
        LaneSet.Vector128 => Vector128Ops.IsSupported,
        _ => true,
    };

    /// <summary>An engine with scratch memory of its own.</summary>
    public static BundleEngine Create(LaneSet lanes) => lanes switch
    {
        LaneSet.Avx512 => new LaneBundleEngine<Vector512<uint>, Avx512Ops>(),
        LaneSet.Avx512Vl => new LaneBundleEngine<Vector256<uint>, Avx512VlOps>(),
        LaneSet.Avx2 => new LaneBundleEngine<Vector256<uint>, Avx2Ops>(),
        LaneSet.Vector128 => new LaneBundleEngine<Vector128<uint>, Vector128Ops>(),
        _ => new SerialBundleEngine(),
    };

    /// <summary>Leaf hashes of the framed entries.</summary>
    public abstract void HashLeaves(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames, Span<Hash256> leaves);

    /// <summary>Root of the 1 to 256 hashes in <paramref name="level"/>, which is overwritten.</summary>
    public abstract Hash256 Root(Span<Hash256> level);

    /// <summary>Root above 256 framed entries.</summary>
    public abstract Hash256 HashFull(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames);

    /// <summary>Hashes a full bundle as far as it fills vectors of its own, and keeps the rest for <see cref="FinishBatch"/>.</summary>
    /// <param name="slot">0 to <see cref="BundleHasher.BatchSize"/> − 1.</param>
    /// <param name="bundle">The framed entries; not needed any more after the call.</param>
    /// <param name="frames">Its 256 frames.</param>
    public abstract void AddToBatch(int slot, ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames);

    /// <summary>The roots of the bundles in the first slots, as many as <paramref name="roots"/> has elements.</summary>
    public abstract void FinishBatch(Span<Hash256> roots);

    /// <summary>
    /// Folds a row of hashes to its root, one node after the other. Pairing neighbours and carrying an odd last hash up
    /// unchanged gives the same tree as RFC 6962's recursive split.
    /// </summary>
    protected static Hash256 FoldSerially(Span<Hash256> level)
    {
        while (level.Length > 1)
        {
            int pairs = level.Length / 2;
            for (int i = 0; i < pairs; i++)
            {
                level[i] = MerkleHash.Node(level[2 * i], level[(2 * i) + 1]);
            }

            level = CarryUp(level);
        }

        return level[0];
    }

    /// <summary>The next row, once the nodes of all pairs stand at the start of <paramref name="level"/>.</summary>
    protected static Span<Hash256> CarryUp(Span<Hash256> level)
    {
        int pairs = level.Length / 2;
        if ((level.Length & 1) != 0)
        {
            level[pairs] = level[^1];
        }

        return level[..((level.Length + 1) / 2)];
    }
}

/// <summary>Hashes a bundle one message after the other.</summary>
internal sealed class SerialBundleEngine : BundleEngine
{
    private readonly Hash256[] _leaves = new Hash256[BundleHasher.MaxEntries];
    private readonly Hash256[] _batch = new Hash256[BundleHasher.BatchSize];

    /// <inheritdoc/>
    public override void HashLeaves(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames, Span<Hash256> leaves)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            leaves[i] = MerkleHash.Leaf(bundle.Slice(frames[i].Offset, frames[i].Length));
        }
    }

    /// <inheritdoc/>
    public override Hash256 Root(Span<Hash256> level) => FoldSerially(level);

    /// <inheritdoc/>
    public override Hash256 HashFull(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames)
    {
        HashLeaves(bundle, frames, _leaves);
        return FoldSerially(_leaves);
    }

    /// <inheritdoc/>
    public override void AddToBatch(int slot, ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames) =>
        _batch[slot] = HashFull(bundle, frames);

    /// <inheritdoc/>
    public override void FinishBatch(Span<Hash256> roots) => _batch.AsSpan(0, roots.Length).CopyTo(roots);
}
