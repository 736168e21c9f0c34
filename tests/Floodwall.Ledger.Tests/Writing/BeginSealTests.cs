namespace Floodwall.Ledger.Tests.Writing;

/// <summary>Tree heads that the appender begins and another thread fetches.</summary>
public sealed class BeginSealTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_head_covers_what_was_appended_when_it_was_begun_whatever_comes_behind(bool inBackground)
    {
        MemoryLedgerStorage storage = new();
        Random random = new(11);
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options with { HashInBackground = inBackground }, TestLedger.Signer, storage);
        using LedgerWriter model = TestLedger.Open(new MemoryLedgerStorage());
        for (int round = 0; round < 60; round++)
        {
            // Now and then whole segments of 4 MiB come behind a head before it is fetched.
            (int Count, int Seed) before = (round % 10 == 0 ? 768 : random.Next(1500), random.Next());
            (int Count, int Seed) behind = (random.Next(15_000), random.Next());
            (int Count, int Seed) beside = (random.Next(3000), random.Next());
            Append(writer, before);
            Append(model, before);
            TreeHead expected = model.SealTip();
            Assert.Equal(expected.Size, writer.BeginSeal());
            Append(writer, behind);
            TreeHead head = default;
            Thread publisher = new(() =>
            {
                head = writer.EndSeal();
                if (round % 3 == 0)
                {
                    writer.Publisher.Publish(head);
                }
            });
            publisher.Start();
            Append(writer, beside);
            publisher.Join();
            Assert.Equal(expected, head);
            Append(model, behind);
            Append(model, beside);
        }

        Assert.True(storage.ReadAll(TestLedger.Paths.Segment(2)).Length > 0);
        writer.Close();
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void A_head_begun_again_takes_the_place_of_the_first_also_across_segments_and_at_the_end()
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options with { HashInBackground = true }, TestLedger.Signer, storage);
        for (int round = 0; round < 10; round++)
        {
            writer.BeginSeal();
            TestLedger.AppendMany(writer, 12_000, 400);
            ulong size = writer.BeginSeal();
            TestLedger.AppendMany(writer, 12_000, 400);
            TreeHead head = writer.EndSeal();
            Assert.Equal(size, head.Size);
            writer.Publisher.Publish(head);
        }

        writer.BeginSeal();
        TestLedger.AppendMany(writer, 12_000, 400);
        ulong appended = writer.AppendedSize;
        writer.Close();
        Assert.Throws<ObjectDisposedException>(() => writer.EndSeal());
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal((VerificationStatus.Good, appended), (report.Status, report.SignedSize));
    }

    [Fact]
    public void Until_another_is_begun_the_last_head_stays()
    {
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options, TestLedger.Signer, new MemoryLedgerStorage());
        TreeHead head = writer.SealTip();
        TestLedger.AppendMany(writer, 3, 10);
        Assert.Equal(head, writer.EndSeal());
        writer.Close();
        Assert.Throws<ObjectDisposedException>(() => writer.BeginSeal());
    }

    [Fact]
    public void A_head_that_is_not_published_yet_is_refused_above_what_was_fetched()
    {
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options, TestLedger.Signer, new MemoryLedgerStorage());
        TestLedger.AppendMany(writer, 10, 10);
        TreeHead head = writer.SealTip();
        TestLedger.AppendMany(writer, 10, 10);
        ulong more = writer.BeginSeal();
        Assert.Throws<ArgumentException>(() => writer.Publisher.Publish(new TreeHead(more, head.Root)));
        writer.EndSeal();
    }

    private static void Append(LedgerWriter writer, (int Count, int Seed) entries)
    {
        Random random = new(entries.Seed);
        for (int i = 0; i < entries.Count; i++)
        {
            random.NextBytes(writer.Begin(0x20, random.Next(0, 400), out _));
            writer.Commit();
        }
    }
}
