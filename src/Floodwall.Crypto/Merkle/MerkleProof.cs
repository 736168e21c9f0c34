using System.Numerics;

namespace Floodwall.Crypto;

/// <summary>Inclusion and consistency proofs of RFC 9162 sections 2.1.3 and 2.1.4: pure functions over hashes.</summary>
public static class MerkleProof
{
    /// <summary>The most hashes a valid proof can hold.</summary>
    public const int MaxLength = 65;

    /// <summary>RFC 9162 section 2.1.3.2: whether <paramref name="proof"/> shows the leaf in the tree.</summary>
    /// <param name="index">Index of the leaf, from 0.</param>
    /// <param name="size">Leaves in the tree.</param>
    /// <param name="leaf">Leaf hash (not the entry).</param>
    /// <param name="proof">Hashes from the leaf's sibling up.</param>
    /// <param name="root">Root of the tree.</param>
    public static bool VerifyInclusion(ulong index, ulong size, in Hash256 leaf, ReadOnlySpan<Hash256> proof, in Hash256 root)
    {
        if (index >= size || proof.Length > MaxLength)
        {
            return false;
        }

        ulong fn = index;
        ulong sn = size - 1;
        Hash256 r = leaf;
        foreach (ref readonly Hash256 p in proof)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) != 0 || fn == sn)
            {
                r = MerkleHash.Node(p, r);
                SkipMissingSiblings(ref fn, ref sn);
            }
            else
            {
                r = MerkleHash.Node(r, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && r == root;
    }

    /// <summary>RFC 9162 section 2.1.4.2: whether <paramref name="proof"/> shows that the first tree is a prefix of the second.</summary>
    /// <param name="size1">Leaves in the first tree; at least 1 (every tree extends the empty one, so a proof from it would
    /// show nothing; it is refused).</param>
    /// <param name="size2">Leaves in the second tree; at least <paramref name="size1"/>.</param>
    /// <param name="proof">The consistency path; empty exactly when the sizes are equal.</param>
    /// <param name="root1">Root of the first tree.</param>
    /// <param name="root2">Root of the second tree.</param>
    public static bool VerifyConsistency(
        ulong size1, ulong size2, ReadOnlySpan<Hash256> proof, in Hash256 root1, in Hash256 root2)
    {
        if (size1 == 0 || size1 > size2 || proof.Length > MaxLength)
        {
            return false;
        }

        if (size1 == size2)
        {
            return proof.IsEmpty && root1 == root2;
        }

        if (proof.IsEmpty)
        {
            return false;
        }

        // Where size1 is a power of two the first tree is itself a subtree of the second, and the proof leaves it out.
        bool firstIsSubtree = BitOperations.IsPow2(size1);
        ReadOnlySpan<Hash256> rest = firstIsSubtree ? proof : proof[1..];
        Hash256 fr = firstIsSubtree ? root1 : proof[0];
        Hash256 sr = fr;
        ulong fn = size1 - 1;
        ulong sn = size2 - 1;
        int complete = BitOperations.TrailingZeroCount(~fn);
        fn >>= complete;
        sn >>= complete;
        foreach (ref readonly Hash256 c in rest)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) != 0 || fn == sn)
            {
                fr = MerkleHash.Node(c, fr);
                sr = MerkleHash.Node(c, sr);
                SkipMissingSiblings(ref fn, ref sn);
            }
            else
            {
                sr = MerkleHash.Node(sr, c);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && fr == root1 && sr == root2;
    }

    /// <summary>RFC 9162 section 2.1.3.1: PATH(index, D_size), from the leaf's sibling up.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not below <paramref name="size"/>.</exception>
    public static Hash256[] Inclusion(ulong index, ulong size, ISubtreeReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<Hash256> path = [];
        AddPath(path, index, 0, size, reader);
        return [.. path];
    }

    /// <summary>RFC 9162 section 2.1.4.1: PROOF(size1, D_size2); empty when the sizes are equal.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size1"/> is 0 or above <paramref name="size2"/>.</exception>
    public static Hash256[] Consistency(ulong size1, ulong size2, ISubtreeReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfZero(size1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size1, size2);
        List<Hash256> path = [];
        AddSubproof(path, size1, 0, size2, wholeOfFirst: true, reader);
        return [.. path];
    }

    /// <summary>The Merkle tree hash of the first <paramref name="size"/> leaves.</summary>
    public static Hash256 Root(ulong size, ISubtreeReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return size == 0 ? MerkleHash.EmptyRoot : TreeHash(0, size, reader);
    }

    // After hashing with a left sibling: skip the levels on which this node, last in its row, has no sibling.
    private static void SkipMissingSiblings(ref ulong fn, ref ulong sn)
    {
        while ((fn & 1) == 0 && fn != 0)
        {
            fn >>= 1;
            sn >>= 1;
        }
    }

    /// <summary>PATH(index, D[start:start+size]), where index counts from start.</summary>
    private static void AddPath(List<Hash256> path, ulong index, ulong start, ulong size, ISubtreeReader reader)
    {
        if (size == 1)
        {
            return;
        }

        ulong k = LargestPowerOfTwoBelow(size);
        if (index < k)
        {
            AddPath(path, index, start, k, reader);
            path.Add(TreeHash(start + k, size - k, reader));
        }
        else
        {
            AddPath(path, index - k, start + k, size - k, reader);
            path.Add(TreeHash(start, k, reader));
        }
    }

    /// <summary>SUBPROOF(size1, D[start:start+size], b), where b says that the first tree is this whole subtree of it.</summary>
    private static void AddSubproof(
        List<Hash256> path, ulong size1, ulong start, ulong size, bool wholeOfFirst, ISubtreeReader reader)
    {
        if (size1 == size)
        {
            if (!wholeOfFirst)
            {
                path.Add(TreeHash(start, size, reader));
            }

            return;
        }

        ulong k = LargestPowerOfTwoBelow(size);
        if (size1 <= k)
        {
            AddSubproof(path, size1, start, k, wholeOfFirst, reader);
            path.Add(TreeHash(start + k, size - k, reader));
        }
        else
        {
            AddSubproof(path, size1 - k, start + k, size - k, wholeOfFirst: false, reader);
            path.Add(TreeHash(start, k, reader));
        }
    }

    /// <summary>MTH(D[start:start+size]), composed of complete subtrees; start is a multiple of every one of their sizes.</summary>
    private static Hash256 TreeHash(ulong start, ulong size, ISubtreeReader reader)
    {
        int level = BitOperations.TrailingZeroCount(size);
        ulong rest = size & (size - 1);
        Hash256 root = reader.ReadSubtree(level, (start + rest) >> level);
        while (rest != 0)
        {
            level = BitOperations.TrailingZeroCount(rest);
            rest &= rest - 1;
            root = MerkleHash.Node(reader.ReadSubtree(level, (start + rest) >> level), root);
        }

        return root;
    }

    private static ulong LargestPowerOfTwoBelow(ulong size) => 1UL << BitOperations.Log2(size - 1);
}
