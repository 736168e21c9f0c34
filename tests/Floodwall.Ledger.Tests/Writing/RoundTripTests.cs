using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Writing;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Entries_of_every_length_come_back_over_many_segments(int seed)
    {
        MemoryLedgerStorage storage = new();
        Random random = new(seed);
        List<byte[]> model = [];
        TreeHead head;
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            for (int i = 0; i < 6000; i++)
            {
                byte[] payload = new byte[i <= LedgerLimits.MaxPayloadBytes ? i : random.Next(LedgerLimits.MaxPayloadBytes + 1)];
                random.NextBytes(payload);
                model.Add(TestLedger.Append(writer, (byte)random.Next(0x10, 0x100), payload));
            }

            head = writer.SealTip();
            writer.Close();
        }

        List<byte[]> entries = TestLedger.ReadAll(storage);
        Assert.Equal(model, TestLedger.Callers(entries));
        Assert.Equal(head.Size, (ulong)entries.Count);
        Assert.Equal(NaiveTree.Root(entries), head.Root.AsBytes().ToArray());
        Assert.True(storage.List(TestLedger.Paths.Segments).Count > 3);
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal(VerificationStatus.Good, report.Status);
        Assert.Equal((head.Size, head.Size, head.Root), (report.SignedSize, report.AppendedSize, report.Root));
        Assert.Null(report.UnsignedTail);
    }

    [Fact]
    public void Bundles_of_the_largest_entries_fit()
    {
        // The link makes a bundle a little smaller than the largest possible, so four fit a segment of 4 MiB.
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 256 * 9, LedgerLimits.MaxPayloadBytes);
            writer.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        Assert.Equal(256 * 9, TestLedger.Callers(TestLedger.ReadAll(storage)).Count);
        Assert.Equal(3, storage.List(TestLedger.Paths.Segments).Count);
    }

    [Fact]
    public void Roots_at_every_size_are_those_of_rfc_6962()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = TestLedger.Open(storage);
        List<TreeHead> heads = [writer.SealTip()];
        for (int i = 0; i < 600; i++)
        {
            TestLedger.Append(writer, 0x20, [(byte)i, (byte)(i >> 8)]);
            if (i % 3 != 1)
            {
                heads.Add(writer.SealTip());
            }
        }

        writer.Close();
        List<byte[]> entries = TestLedger.ReadAll(storage);
        foreach (TreeHead head in heads)
        {
            Assert.Equal(NaiveTree.Root(entries, 0, (int)head.Size), head.Root.AsBytes().ToArray());
        }
    }

    [Fact]
    public void Links_hold_the_root_of_the_bundle_before()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 1500, 30);
            writer.Close();
        }

        List<byte[]> entries = TestLedger.ReadAll(storage);
        Assert.Equal(EntryKinds.Genesis, entries[0][0]);
        int links = 0;
        for (int i = 1; i < entries.Count; i++)
        {
            Assert.Equal(i % 256 == 0, entries[i][0] == EntryKinds.Link);
            if (i % 256 == 0)
            {
                Assert.True(LinkEntry.TryDecode(entries[i].AsSpan(7), out LinkEntry link));
                Assert.Equal((ulong)i / 256, link.Bundle);
                Assert.Equal(NaiveTree.Root(entries, i - 256, 256), link.PreviousDigest.AsBytes().ToArray());
                links++;
            }
        }

        Assert.Equal(5, links);
    }

    [Fact]
    public void A_reader_starts_anywhere_and_gives_bundles_as_they_stand()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = TestLedger.Open(storage);
        TestLedger.AppendMany(writer, 3000, 3000);
        writer.Close();
        List<byte[]> entries = TestLedger.ReadAll(storage);
        LedgerReader reader = LedgerReader.Open(TestLedger.Folder, storage);
        foreach (int from in new[] { 0, 1, 255, 256, 257, 1023, 1024, 2047, 2500, entries.Count - 1 })
        {
            using EntryCursor cursor = reader.ReadFrom((ulong)from);
            for (int i = from; i < entries.Count; i++)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(entries[i], cursor.Current.Bytes.ToArray());
            }

            Assert.False(cursor.MoveNext());
            Assert.False(cursor.MoveNext());
        }

        using EntryCursor beyond = reader.ReadFrom((ulong)entries.Count + 5);
        Assert.False(beyond.MoveNext());
        byte[] bundle = new byte[LedgerLimits.MaxBundleBytes];
        for (int n = 0; n <= entries.Count / 256; n++)
        {
            byte[] expected = [.. entries.Skip(n * 256).Take(256).SelectMany(entry => (byte[])[(byte)(entry.Length >> 8), (byte)entry.Length, .. entry])];
            int length = reader.ReadBundle((ulong)n, bundle, out int count);
            Assert.Equal(expected, bundle[..length]);
            Assert.Equal(Math.Min(256, entries.Count - (n * 256)), count);
        }

        Assert.Equal(0, reader.ReadBundle(ulong.MaxValue, bundle, out int none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void An_abandoned_entry_leaves_no_trace()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = TestLedger.Open(storage);
        writer.Begin(0x30, 100, out ulong first).Fill(0xff);
        Assert.Throws<InvalidOperationException>(() => writer.Begin(0x30, 1, out _));
        writer.Abandon();
        Assert.Throws<InvalidOperationException>(writer.Abandon);
        Assert.Throws<InvalidOperationException>(writer.Commit);
        byte[] entry = TestLedger.Append(writer, 0x31, [7]);
        Assert.Null(TestLedger.Verify(storage.Clone()).UnsignedTail);
        writer.Begin(0x30, 4000, out ulong third).Fill(0xff);
        Assert.Equal((1UL, 2UL), (first, third));
        writer.Close();
        Assert.Equal([entry], TestLedger.Callers(TestLedger.ReadAll(storage)));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void Arguments_out_of_range_and_a_closed_ledger_are_refused()
    {
        MemoryLedgerStorage storage = new();
        LedgerWriter writer = TestLedger.Open(storage);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(0x0f, 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(0x10, -1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(0x10, LedgerLimits.MaxPayloadBytes + 1, out _));
        Assert.Throws<ArgumentException>(() => writer.Publisher.Publish(new TreeHead(2, MerkleHash.EmptyRoot)));
        writer.Close();
        writer.Close();
        Assert.Throws<ObjectDisposedException>(() => writer.Begin(0x10, 1, out _));
        Assert.Throws<ObjectDisposedException>(() => writer.SealTip());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LedgerLimits.MinSegmentBytes - LedgerLimits.SegmentGranule)]
    [InlineData(LedgerLimits.MinSegmentBytes + 1)]
    [InlineData(LedgerLimits.MaxSegmentBytes + LedgerLimits.SegmentGranule)]
    public void Segment_sizes_out_of_range_are_refused_by_name(long bytes)
    {
        LedgerOptions options = TestLedger.Options with { SegmentBytes = bytes };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LedgerWriter.Open(options, TestLedger.Signer, new MemoryLedgerStorage()));
        Assert.Contains("SegmentBytes", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TestLedger.Folder)]
    [InlineData(TestLedger.Folder + "/state")]
    [InlineData(TestLedger.Folder + "/..state")]
    public void A_state_folder_inside_the_ledger_is_refused(string state)
    {
        LedgerOptions options = TestLedger.Options with { StateDirectory = state };
        Assert.Throws<ArgumentException>(() => options.Validate());
    }
}
