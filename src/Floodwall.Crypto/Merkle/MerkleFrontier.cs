using System.Numerics;

namespace Floodwall.Crypto;

/// <summary>
/// The right edge of an RFC 6962 tree: the roots ("peaks") of the complete subtrees that its leaves split into, largest and
/// leftmost first, one for each set bit of the size. Enough to append and to compute the root in O(log n); after
/// construction nothing here allocates. Not thread-safe.
/// </summary>
public sealed class MerkleFrontier
{
    /// <summary>The most peaks a tree can have.</summary>
    public const int MaxPeaks = 64;

    // _peaks[h] is the root of the complete subtree of 2^h leaves, valid where bit h of Size is set.
    private readonly Hash256[] _peaks = new Hash256[MaxPeaks];

    /// <summary>The frontier of the empty tree.</summary>
    public MerkleFrontier()
    {
    }

    /// <summary>Restores what <see cref="Export"/> wrote.</summary>
    /// <param name="size">Leaves in the tree.</param>
    /// <param name="peaks">One hash for each set bit of <paramref name="size"/>, leftmost (largest) subtree first.</param>
    /// <exception cref="ArgumentException">The number of peaks does not fit the size.</exception>
    public MerkleFrontier(ulong size, ReadOnlySpan<Hash256> peaks) => Restore(size, peaks);

    /// <summary>Leaves in the tree.</summary>
    public ulong Size { get; private set; }

    /// <summary>How many hashes <see cref="Export"/> writes.</summary>
    public int PeakCount => BitOperations.PopCount(Size);

    /// <summary>Appends one leaf hash.</summary>
    /// <exception cref="InvalidOperationException">The tree has 2^64 − 1 leaves.</exception>
    public void AppendLeaf(in Hash256 leaf) => AppendSubtree(leaf, 0);

    /// <summary>Appends a complete subtree of 2^<paramref name="height"/> leaves.</summary>
    /// <param name="root">Root of the subtree.</param>
    /// <param name="height">0 to 63; <see cref="Size"/> must be a multiple of 2^height.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="height"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The subtree would not be aligned, or the size would overflow.</exception>
    public void AppendSubtree(in Hash256 root, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(height, MaxPeaks);
        ulong leaves = 1UL << height;
        if ((Size & (leaves - 1)) != 0)
        {
            throw new InvalidOperationException($"a subtree of {leaves} leaves cannot stand at leaf {Size}: not a multiple");
        }

        if (Size > ulong.MaxValue - leaves)
        {
            throw new InvalidOperationException($"a tree of {Size} leaves has no room for {leaves} more");
        }

        Hash256 carry = root;
        int level = height;
        for (; (Size >> level & 1) != 0; level++)
        {
            carry = MerkleHash.Node(_peaks[level], carry);
        }

        _peaks[level] = carry;
        Size += leaves;
    }

    /// <summary>The RFC 6962 root of the tree; <see cref="MerkleHash.EmptyRoot"/> when it is empty.</summary>
    public Hash256 Root()
    {
        if (Size == 0)
        {
            return MerkleHash.EmptyRoot;
        }

        int lowest = BitOperations.TrailingZeroCount(Size);
        return Fold(_peaks[lowest], Size & (Size - 1));
    }

    /// <summary>
    /// The RFC 6962 root of this tree with more leaves behind it, whose own root is <paramref name="partialSubtreeRoot"/>: for a
    /// tree that appends full bundles and has the leaves of an unfinished one at hand.
    /// </summary>
    /// <param name="partialSubtreeRoot">MTH of the leaves behind; there is at least one of them, and no more than the smallest
    /// peak covers (any number where this tree is empty). RFC 6962's split at the largest power of two then falls between
    /// the peaks, so the peaks fold onto it from the right.</param>
    public Hash256 RootWithPartial(in Hash256 partialSubtreeRoot) => Fold(partialSubtreeRoot, Size);

    /// <summary>Writes the peaks, leftmost (largest) first; returns how many.</summary>
    /// <exception cref="ArgumentException"><paramref name="peaks"/> is shorter than <see cref="PeakCount"/>.</exception>
    public int Export(Span<Hash256> peaks)
    {
        if (peaks.Length < PeakCount)
        {
            throw new ArgumentException($"a tree of {Size} leaves has {PeakCount} peaks, got room for {peaks.Length}", nameof(peaks));
        }

        int count = 0;
        for (ulong rest = Size; rest != 0;)
        {
            int level = BitOperations.Log2(rest);
            peaks[count++] = _peaks[level];
            rest &= ~(1UL << level);
        }

        return count;
    }

    /// <summary>Replaces the whole state by what <see cref="Export"/> wrote.</summary>
    /// <inheritdoc cref="MerkleFrontier(ulong, ReadOnlySpan{Hash256})"/>
    public void Restore(ulong size, ReadOnlySpan<Hash256> peaks)
    {
        if (peaks.Length != BitOperations.PopCount(size))
        {
            throw new ArgumentException($"a tree of {size} leaves has {BitOperations.PopCount(size)} peaks, got {peaks.Length}", nameof(peaks));
        }

        ulong rest = size;
        foreach (ref readonly Hash256 peak in peaks)
        {
            int level = BitOperations.Log2(rest);
            _peaks[level] = peak;
            rest &= ~(1UL << level);
        }

        Size = size;
    }

    /// <summary>An independent copy.</summary>
    public MerkleFrontier Clone()
    {
        MerkleFrontier copy = new() { Size = Size };
        _peaks.CopyTo(copy._peaks, 0);
        return copy;
    }

    /// <summary>Hashes the peaks named by the bits of <paramref name="levels"/> onto <paramref name="right"/>, smallest first.</summary>
    private Hash256 Fold(in Hash256 right, ulong levels)
    {
        Hash256 root = right;
        for (; levels != 0; levels &= levels - 1)
        {
            root = MerkleHash.Node(_peaks[BitOperations.TrailingZeroCount(levels)], root);
        }

        return root;
    }
}
