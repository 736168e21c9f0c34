using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Proving;

public sealed class LedgerProverTests
{
    [Fact]
    public void Every_entry_is_proven_at_every_size_around_the_ends_of_bundles()
    {
        ProvenLedger ledger = new(600);
        foreach (int size in new[] { 1, 2, 3, 255, 256, 257, 258, 511, 512, 513, 600 })
        {
            LedgerProver prover = ledger.At(size);
            Hash256 root = ledger.Tree.Root(size);
            for (int index = 0; index < size; index++)
            {
                TlogProof proof = prover.Prove((ulong)index);
                Assert.True(MerkleProof.VerifyInclusion((ulong)index, (ulong)size, ledger.Tree.Leaf(index), proof.Hashes.Span, root), $"{index} of {size}");
                Assert.Equal(TlogProofStatus.Good, proof.Verify(ledger.Entries[index], [TestLedger.Signer.VerifierKey]).Status);
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => prover.Inclusion((ulong)size));
        }
    }

    [Fact]
    public void Consistency_is_proven_between_all_sizes_around_the_ends_of_bundles()
    {
        ProvenLedger ledger = new(600);
        int[] sizes = [1, 2, 3, 127, 128, 254, 255, 256, 257, 258, 300, 384, 511, 512, 513, 514, 599, 600];
        LedgerProver prover = ledger.At(600);
        foreach (int to in sizes)
        {
            Assert.Equal(ledger.Tree.Root(to), prover.Root((ulong)to));
            foreach (int from in sizes.Where(size => size <= to))
            {
                Hash256[] proof = prover.Consistency((ulong)from, (ulong)to);
                Assert.True(MerkleProof.VerifyConsistency((ulong)from, (ulong)to, proof, ledger.Tree.Root(from), ledger.Tree.Root(to)), $"{from} to {to}");
            }
        }

        Assert.Equal(MerkleHash.EmptyRoot, prover.Root(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Consistency(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Consistency(6, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Consistency(6, 601));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Root(601));
    }

    [Fact]
    public void A_larger_ledger_is_proven_at_its_corners_and_at_random()
    {
        ProvenLedger ledger = new(70_000);
        Random random = new(7);
        foreach (int size in new[] { 65_535, 65_536, 65_537, 69_888, 70_000 })
        {
            LedgerProver prover = ledger.At(size);
            Hash256 root = ledger.Tree.Root(size);
            int[] indexes = [0, 1, 255, 256, 65_279, 65_534, size - 2, size - 1, .. Enumerable.Range(0, 12).Select(_ => random.Next(size))];
            Hash256[][] proofs = prover.Read(tree => indexes.Select(index => MerkleProof.Inclusion((ulong)index, (ulong)size, tree)).ToArray());
            for (int i = 0; i < indexes.Length; i++)
            {
                Assert.True(MerkleProof.VerifyInclusion((ulong)indexes[i], (ulong)size, ledger.Tree.Leaf(indexes[i]), proofs[i], root), $"{indexes[i]} of {size}");
            }

            foreach (int from in new[] { 1, 256, 300, 32_768, 65_535, random.Next(1, size), size })
            {
                Hash256[] proof = prover.Consistency((ulong)from, (ulong)size);
                Assert.True(MerkleProof.VerifyConsistency((ulong)from, (ulong)size, proof, ledger.Tree.Root(from), root), $"{from} to {size}");
                Assert.Equal(ledger.Tree.Root(from), prover.Root((ulong)from));
            }
        }
    }

    [Fact]
    public void A_log_of_several_segments_is_proven_across_them()
    {
        ProvenLedger ledger = new(9_000, payloadLength: 1500);
        Assert.True(ledger.Storage.List(TestLedger.Paths.Segments).Count > 2);
        LedgerProver prover = ledger.At(ledger.Entries.Count);
        foreach (int index in new[] { 0, 3_000, 6_000, 8_999 })
        {
            Assert.Equal(TlogProofStatus.Good, prover.Prove((ulong)index).Verify(ledger.Entries[index], [TestLedger.Signer.VerifierKey]).Status);
        }
    }

    [Fact]
    public void Only_the_bundle_in_question_is_hashed_so_a_change_elsewhere_neither_shows_nor_harms()
    {
        ProvenLedger ledger = new(1_500);
        LedgerProver prover = ledger.At(1_500);
        Flip(ledger, ledger.OffsetOf(300) + 8);
        Assert.Equal(TlogProofStatus.Good, prover.Prove(900).Verify(ledger.Entries[900], [TestLedger.Signer.VerifierKey]).Status);

        LedgerCorruptException failure = Assert.Throws<LedgerCorruptException>(() => prover.Prove(400));
        Assert.Equal(256u, failure.FirstBadEntry);
        Assert.Contains("entries 256 to 511 (bundle 1)", failure.Message, StringComparison.Ordinal);
        Assert.Throws<LedgerCorruptException>(() => prover.Consistency(400, 1_500));
        Assert.Equal(VerificationStatus.IntegrityFailure, TestLedger.Verify(ledger.Storage).Status);
    }

    [Fact]
    public void Links_are_believed_only_as_far_as_they_give_the_signed_root()
    {
        ProvenLedger ledger = new(1_500);
        LedgerProver prover = ledger.At(1_500);
        for (int bundle = 1; bundle <= 5; bundle++)
        {
            int digest = ledger.OffsetOf(bundle * 256) + LedgerLimits.EntryHeaderBytes + 8 + (bundle * 5);
            Flip(ledger, digest);
            Assert.Throws<LedgerCorruptException>(() => prover.Prove(1_400));
            Assert.Throws<LedgerCorruptException>(() => prover.Root(256));
            Flip(ledger, digest);
        }

        Flip(ledger, ledger.OffsetOf(1_450) + 8);
        Assert.Contains("root", Assert.Throws<LedgerCorruptException>(() => prover.Prove(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_shorter_than_its_checkpoint_is_refused_with_the_missing_entry()
    {
        ProvenLedger ledger = new(700);
        LedgerProver prover = ledger.At(700);
        byte[] segment = ledger.Storage.ReadAll(TestLedger.Paths.Segment(0));
        ledger.Storage.WriteAll(TestLedger.Paths.Segment(0), segment.AsSpan(0, ledger.OffsetOf(690) - 2));
        Assert.Equal(690u, Assert.Throws<LedgerCorruptException>(() => prover.Prove(3)).FirstBadEntry);
        ledger.Storage.WriteAll(TestLedger.Paths.Segment(0), segment.AsSpan(0, ledger.OffsetOf(690) + 3));
        Assert.Equal(690u, Assert.Throws<LedgerCorruptException>(() => prover.Prove(3)).FirstBadEntry);
    }

    [Fact]
    public void Damage_behind_the_checkpoint_does_not_matter()
    {
        ProvenLedger ledger = new(700);
        foreach (int size in new[] { 256, 400, 512, 513 })
        {
            LedgerProver prover = ledger.At(size);
            int at = ledger.OffsetOf(size + 1);
            Flip(ledger, at);
            Assert.Equal(TlogProofStatus.Good, prover.Prove(3).Verify(ledger.Entries[3], [TestLedger.Signer.VerifierKey]).Status);
            Flip(ledger, at);
        }
    }

    [Fact]
    public void A_checkpoint_that_may_not_be_believed_opens_nothing()
    {
        ProvenLedger ledger = new(300);
        Assert.Equal(300u, ledger.Open().Head.Size);
        Assert.Equal(300u, ProvenLedger.Open(ledger.Storage, TestLedger.Signer.VerifierKey).Head.Size);
        Assert.Throws<LedgerKeyException>(() => ProvenLedger.Open(ledger.Storage, TestLedger.OtherSigner.VerifierKey));

        byte[] note = ledger.Storage.ReadAll(TestLedger.Paths.Checkpoint);
        note[^10] ^= 1;
        ledger.Storage.WriteAll(TestLedger.Paths.Checkpoint, note);
        Assert.Throws<LedgerCorruptException>(() => ledger.Open());
        ledger.Storage.WriteAll(TestLedger.Paths.Checkpoint, ProvenLedger.Note(300, ledger.Tree.Root(300), TestLedger.OtherSigner));
        Assert.Throws<LedgerCorruptException>(() => ledger.Open());
        ledger.Storage.WriteAll(TestLedger.Paths.Checkpoint, ProvenLedger.Note(300, ledger.Tree.Root(299)));
        LedgerProver wrongRoot = ledger.Open();
        Assert.Throws<LedgerCorruptException>(() => wrongRoot.Prove(3));
        ledger.Storage.Delete(TestLedger.Paths.Checkpoint);
        Assert.Contains("missing", Assert.Throws<LedgerCorruptException>(() => ledger.Open()).Message, StringComparison.Ordinal);
        Assert.Throws<LedgerCorruptException>(() => ProvenLedger.Open(new MemoryLedgerStorage()));
    }

    [Fact]
    public void Only_subtrees_of_the_signed_tree_can_be_read()
    {
        LedgerProver prover = new ProvenLedger(300).At(300);
        Assert.NotEqual(default, prover.Read(tree => tree.ReadSubtree(8, 0)));
        Assert.NotEqual(default, prover.Read(tree => tree.ReadSubtree(5, 8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Read(tree => tree.ReadSubtree(5, 9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Read(tree => tree.ReadSubtree(0, 300)));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Read(tree => tree.ReadSubtree(64, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Read(tree => tree.ReadSubtree(-1, 0)));
    }

    private static void Flip(ProvenLedger ledger, int offset)
    {
        byte[] segment = ledger.Storage.ReadAll(TestLedger.Paths.Segment(0));
        segment[offset] ^= 0x04;
        ledger.Storage.WriteAll(TestLedger.Paths.Segment(0), segment);
    }
}
