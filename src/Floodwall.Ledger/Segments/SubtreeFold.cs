using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>A complete subtree of an RFC 6962 tree: 2^<paramref name="Height"/> leaves under <paramref name="Root"/>.</summary>
internal readonly record struct FoldedSubtree(int Height, Hash256 Root);

/// <summary>
/// Folds neighbouring complete subtrees of a tree, from wherever they begin, to as few as there can be: what a range of leaves
/// contributes to the tree, whoever computed it. At most two subtrees of each height remain.
/// </summary>
internal sealed class SubtreeFold
{
    private readonly List<FoldedSubtree> _subtrees = [];

    /// <summary>Leaf behind the last one taken in.</summary>
    public ulong End { get; private set; }

    /// <summary>What is left of the range, left to right; <see cref="MerkleFrontier.AppendSubtree"/> takes it as it stands.</summary>
    public IReadOnlyList<FoldedSubtree> Subtrees => _subtrees;

    /// <summary>Starts anew at a leaf.</summary>
    public void Begin(ulong leaf)
    {
        _subtrees.Clear();
        End = leaf;
    }

    /// <summary>Takes in the subtree that comes next; its place must be aligned to its size.</summary>
    public void Append(in Hash256 root, int height)
    {
        ulong start = End;
        End += 1UL << height;
        Hash256 folded = root;

        // A right child whose left sibling is here too: the two become their parent.
        while (_subtrees.Count > 0 && (start >> height & 1) != 0 && _subtrees[^1].Height == height)
        {
            folded = MerkleHash.Node(_subtrees[^1].Root, folded);
            start -= 1UL << height;
            height++;
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(new FoldedSubtree(height, folded));
    }
}
