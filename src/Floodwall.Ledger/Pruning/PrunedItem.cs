using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>One piece of a pruned prefix: a complete subtree of which only the root is left, or an entry that was kept.</summary>
/// <param name="Subtree">The subtree; meaningless where an entry was kept.</param>
/// <param name="Entry">The whole entry; null for a subtree.</param>
internal readonly record struct PrunedItem(FoldedSubtree Subtree, byte[]? Entry)
{
    /// <summary>Leaves of the tree that it stands for.</summary>
    public ulong Leaves => Entry is null ? 1UL << Subtree.Height : 1;

    /// <summary>Its hash and height in the tree.</summary>
    public FoldedSubtree Node => Entry is null ? Subtree : new FoldedSubtree(0, MerkleHash.Leaf(Entry));
}
