using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// The tree over a log that grows at its end: the frontier above the full bundles, and the leaves of the last one as far as somebody
/// asked for a root. A full bundle is hashed once, all at a time. Not thread-safe; allocates nothing after construction.
/// </summary>
internal sealed class TreeTip
{
    private readonly BundleHasher _hasher = new();
    private readonly MerkleFrontier _frontier;
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];
    private int _leafCount;
    private int _leafBytes;

    /// <summary>The tip of an empty log.</summary>
    public TreeTip() => _frontier = new MerkleFrontier();

    /// <summary>The tip of a log whose full bundles were hashed before.</summary>
    /// <param name="frontier">The tree over them; copied.</param>
    /// <param name="chainDigest">Digest of the last of them.</param>
    public TreeTip(MerkleFrontier frontier, Hash256 chainDigest)
    {
        _frontier = frontier.Clone();
        ChainDigest = chainDigest;
    }

    /// <summary>Entries in full bundles.</summary>
    public ulong FullSize => _frontier.Size;

    /// <summary>Chain digest of the last full bundle: the root above its 256 leaves. Meaningless where there is none.</summary>
    public Hash256 ChainDigest { get; private set; }

    /// <summary>Takes in a full bundle.</summary>
    public void AppendFullBundle(ReadOnlySpan<byte> bundle)
    {
        ChainDigest = _hasher.HashFullBundle(bundle, out _);
        _frontier.AppendSubtree(ChainDigest, BundleHasher.Height);
        _leafCount = 0;
        _leafBytes = 0;
    }

    /// <summary>Takes in full bundles that were hashed elsewhere.</summary>
    /// <param name="subtrees">What they fold to.</param>
    /// <param name="chainDigest">Digest of the last of them.</param>
    public void AppendFolded(IEnumerable<FoldedSubtree> subtrees, Hash256 chainDigest)
    {
        foreach (FoldedSubtree subtree in subtrees)
        {
            _frontier.AppendSubtree(subtree.Root, subtree.Height);
        }

        ChainDigest = chainDigest;
        _leafCount = 0;
        _leafBytes = 0;
    }

    /// <summary>The root over the full bundles, those that <paramref name="subtrees"/> stand for, and a part of a bundle behind them.</summary>
    public Hash256 RootBehind(IEnumerable<FoldedSubtree> subtrees, in Hash256 partialRoot)
    {
        MerkleFrontier frontier = _frontier.Clone();
        foreach (FoldedSubtree subtree in subtrees)
        {
            frontier.AppendSubtree(subtree.Root, subtree.Height);
        }

        return frontier.RootWithPartial(partialRoot);
    }

    /// <summary>The root over the full bundles and the first <paramref name="count"/> entries of the bundle behind them.</summary>
    /// <param name="bundle">The framed entries of that bundle; those hashed by an earlier call must not have changed.</param>
    /// <param name="count">0 to 256.</param>
    public Hash256 Root(ReadOnlySpan<byte> bundle, int count)
    {
        if (count == 0)
        {
            return _frontier.Root();
        }

        if (count > _leafCount)
        {
            _leafBytes += _hasher.HashLeaves(bundle[_leafBytes..], count - _leafCount, _leaves.AsSpan(_leafCount));
            _leafCount = count;
        }

        return _frontier.RootWithPartial(_hasher.Root(_leaves.AsSpan(0, count)));
    }
}
