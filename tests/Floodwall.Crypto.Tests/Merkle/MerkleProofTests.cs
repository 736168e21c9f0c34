namespace Floodwall.Crypto.Tests.Merkle;

public sealed class MerkleProofTests
{
    private const int MaxSize = 70;

    private static readonly Hash256[] Leaves = Reference.RandomHashes(new Random(4), MaxSize + 1);
    private static readonly Hash256[] Roots = [.. Enumerable.Range(0, MaxSize + 1).Select(n => Reference.TreeHash(Leaves.AsSpan(0, n)))];

    [Fact]
    public void Every_generated_inclusion_proof_verifies_and_only_for_its_own_leaf_index_and_root()
    {
        for (int size = 1; size <= MaxSize; size++)
        {
            LeafArray reader = new(Leaves[..size]);
            for (int index = 0; index < size; index++)
            {
                Hash256[] proof = MerkleProof.Inclusion((ulong)index, (ulong)size, reader);
                Assert.True(MerkleProof.VerifyInclusion((ulong)index, (ulong)size, Leaves[index], proof, Roots[size]));
                Assert.False(MerkleProof.VerifyInclusion((ulong)index, (ulong)size, Leaves[^1], proof, Roots[size]));
                Assert.False(MerkleProof.VerifyInclusion((ulong)index ^ 1, (ulong)size, Leaves[index], proof, Roots[size]));
                Assert.False(MerkleProof.VerifyInclusion((ulong)index, (ulong)size, Leaves[index], proof, Roots[size - 1]));
                AssertMutationsFail(proof, mutated =>
                    MerkleProof.VerifyInclusion((ulong)index, (ulong)size, Leaves[index], mutated, Roots[size]));
            }
        }
    }

    [Fact]
    public void Every_generated_consistency_proof_verifies_and_only_for_its_own_roots()
    {
        for (int size2 = 1; size2 <= MaxSize; size2++)
        {
            LeafArray reader = new(Leaves[..size2]);
            for (int size1 = 1; size1 <= size2; size1++)
            {
                Hash256[] proof = MerkleProof.Consistency((ulong)size1, (ulong)size2, reader);
                Assert.True(MerkleProof.VerifyConsistency((ulong)size1, (ulong)size2, proof, Roots[size1], Roots[size2]));
                Assert.False(MerkleProof.VerifyConsistency((ulong)size1, (ulong)size2, proof, Roots[size1 - 1], Roots[size2]));
                Assert.False(MerkleProof.VerifyConsistency((ulong)size1, (ulong)size2, proof, Roots[size1], Roots[size2 - 1]));
                AssertMutationsFail(proof, mutated =>
                    MerkleProof.VerifyConsistency((ulong)size1, (ulong)size2, mutated, Roots[size1], Roots[size2]));
            }
        }
    }

    [Fact]
    public void The_root_composed_of_complete_subtrees_is_that_of_RFC_6962()
    {
        for (int size = 0; size <= MaxSize; size++)
        {
            Assert.Equal(Roots[size], MerkleProof.Root((ulong)size, new LeafArray(Leaves[..size])));
        }
    }

    [Fact]
    public void Impossible_positions_are_refused()
    {
        LeafArray reader = new(Leaves);
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProof.Inclusion(5, 5, reader));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProof.Consistency(0, 5, reader));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProof.Consistency(6, 5, reader));
        Assert.False(MerkleProof.VerifyInclusion(0, 0, Leaves[0], [], Leaves[0]));
        Assert.False(MerkleProof.VerifyInclusion(ulong.MaxValue, ulong.MaxValue, Leaves[0], [], Leaves[0]));
        Assert.False(MerkleProof.VerifyConsistency(0, 0, [], Roots[0], Roots[0]));
        Assert.False(MerkleProof.VerifyConsistency(2, 1, [], Roots[2], Roots[1]));
    }

    [Fact]
    public void Huge_trees_need_no_more_than_the_stated_number_of_hashes()
    {
        SameHash reader = new();
        Random random = new(6);
        for (int i = 0; i < 200; i++)
        {
            ulong size = i == 0 ? ulong.MaxValue : (ulong)random.NextInt64(1, long.MaxValue) << random.Next(2);
            ulong part = i == 0 ? size - 1 : (ulong)random.NextInt64() % size;
            Hash256 root = MerkleProof.Root(size, reader);
            Hash256[] inclusion = MerkleProof.Inclusion(part, size, reader);
            Assert.InRange(inclusion.Length, 0, MerkleProof.MaxLength);
            Assert.True(MerkleProof.VerifyInclusion(part, size, SameHash.Levels[0], inclusion, root));
            Hash256[] consistency = MerkleProof.Consistency(part + 1, size, reader);
            Assert.InRange(consistency.Length, 0, MerkleProof.MaxLength);
            Assert.True(MerkleProof.VerifyConsistency(part + 1, size, consistency, MerkleProof.Root(part + 1, reader), root));
        }
    }

    private static void AssertMutationsFail(Hash256[] proof, Func<Hash256[], bool> verify)
    {
        byte[] bytes = new byte[Hash256.Size];
        for (int i = 0; i < proof.Length; i++)
        {
            Hash256[] mutated = [.. proof];
            proof[i].CopyTo(bytes);
            bytes[(i * 7) % Hash256.Size] ^= (byte)(1 << (i % 8));
            mutated[i] = Hash256.Read(bytes);
            Assert.False(verify(mutated), $"bit flipped in hash {i} of {proof.Length}");
            Assert.False(verify([.. proof[..i], .. proof[(i + 1)..]]), $"hash {i} of {proof.Length} left out");
            Assert.False(verify([.. proof[..i], proof[i], .. proof[i..]]), $"hash {i} of {proof.Length} doubled");
        }

        Assert.False(verify([.. proof, Leaves[0]]), "a hash behind the end");
    }

    /// <summary>A tree whose leaves are all alike, so that a subtree of any size is one hash per level.</summary>
    private sealed class SameHash : ISubtreeReader
    {
        public static readonly Hash256[] Levels = MakeLevels();

        public Hash256 ReadSubtree(int level, ulong index) => Levels[level];

        private static Hash256[] MakeLevels()
        {
            Hash256[] levels = new Hash256[64];
            levels[0] = Reference.Leaf([]);
            for (int i = 1; i < levels.Length; i++)
            {
                levels[i] = Reference.Node(levels[i - 1], levels[i - 1]);
            }

            return levels;
        }
    }
}
