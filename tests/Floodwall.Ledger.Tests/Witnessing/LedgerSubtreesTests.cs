using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing;

public sealed class LedgerSubtreesTests
{
    [Fact]
    public void Proofs_between_all_interesting_sizes_verify_against_the_naive_tree()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 1100, 20);
            writer.Close();
        }

        List<byte[]> entries = TestLedger.ReadAll(storage);
        ulong[] sizes = [1, 2, 3, 7, 255, 256, 257, 300, 511, 512, 513, 767, 768, 769, 1000, 1024, 1025, (ulong)entries.Count];
        Dictionary<ulong, Hash256> roots = sizes.ToDictionary(size => size, size => Hash256.Read(NaiveTree.Root(entries, 0, (int)size)));
        LedgerReader reader = LedgerReader.Open(TestLedger.Folder, storage);
        LedgerSubtrees grown = new(reader);
        foreach (ulong to in sizes)
        {
            Assert.Equal(roots[to], grown.Root(to));
            Assert.Empty(grown.Consistency(0, to));
            foreach (ulong from in sizes.Where(from => from <= to))
            {
                Assert.True(MerkleProof.VerifyConsistency(from, to, grown.Consistency(from, to), roots[from], roots[to]), $"{from} to {to}");
                Assert.Equal(grown.Consistency(from, to), new LedgerSubtrees(reader).Consistency(from, to));
            }
        }

        Assert.Throws<LedgerCorruptException>(() => grown.Root((ulong)entries.Count + 1));
        Assert.Throws<LedgerCorruptException>(() => grown.Root((ulong)entries.Count + 1000));
    }

    [Fact]
    public void What_was_under_no_signature_and_written_anew_is_read_anew()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = TestLedger.Open(storage);
        TestLedger.AppendMany(writer, 20, 10);
        MemoryLedgerStorage other = storage.Clone();
        TestLedger.AppendMany(writer, 30, 10);
        LedgerSubtrees tree = new(LedgerReader.Open(TestLedger.Folder, storage));
        Assert.Equal(Hash256.Read(NaiveTree.Root(TestLedger.ReadAll(storage), 0, 21)), tree.Root(21));

        using LedgerWriter again = TestLedger.Open(other);
        TestLedger.AppendMany(again, 30, 11);
        storage.WriteAll(TestLedger.Paths.Segment(0), other.ReadAll(TestLedger.Paths.Segment(0)));
        Assert.Equal(Hash256.Read(NaiveTree.Root(TestLedger.ReadAll(other), 0, 45)), tree.Root(45));
    }
}
