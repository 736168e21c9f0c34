namespace Floodwall.Crypto;

/// <summary>Where a proof generator gets hashes from: a tile store, a segment file, an array.</summary>
public interface ISubtreeReader
{
    /// <summary>
    /// The RFC 6962 Merkle tree hash of the complete, aligned subtree over the leaves
    /// [<paramref name="index"/>·2^<paramref name="level"/>, (<paramref name="index"/> + 1)·2^<paramref name="level"/>).
    /// Level 0 is the leaf hashes. Only subtrees that lie wholly within the tree are asked for.
    /// </summary>
    Hash256 ReadSubtree(int level, ulong index);
}
