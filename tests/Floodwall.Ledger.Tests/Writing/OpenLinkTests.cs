namespace Floodwall.Ledger.Tests.Writing;

/// <summary>Links that a crash left without their digest, because bundles are hashed behind the appender.</summary>
public sealed class OpenLinkTests
{
    private const int FrameBytes = 9;
    private const int DigestOffset = FrameBytes + 8;

    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 32)]
    [InlineData(5, 32)]
    [InlineData(5, 8)]
    [InlineData(5, 24)]
    [InlineData(3, 13)]
    public void A_killed_process_leaves_open_links_and_loses_nothing(int open, int zeroed)
    {
        (MemoryLedgerStorage whole, MemoryLedgerStorage storage, ulong size) = Crashed(open, zeroed);
        Assert.Equal((VerificationStatus.Good, size), (TestLedger.Verify(storage).Status, TestLedger.Verify(storage).AppendedSize));
        Assert.Null(TestLedger.Verify(storage).UnsignedTail);
        RecoveryPlan plan = LedgerRecovery.Inspect(TestLedger.Options, storage);
        Assert.Equal((open, false, RecoveryReason.None, size), (plan.OpenLinks, plan.IsClean, plan.Reason, plan.KeptSize));

        using LedgerWriter expected = TestLedger.Open(whole);
        using LedgerWriter writer = TestLedger.Open(storage);
        Assert.Equal((size, RecoveryReason.None), (writer.AppendedSize, writer.Report.Recovery));
        Assert.Equal(expected.SealTip(), writer.SealTip());
        expected.Close();
        writer.Close();
        Assert.Equal(whole.ReadAll(TestLedger.Paths.Segment(0)), storage.ReadAll(TestLedger.Paths.Segment(0)));
    }

    [Fact]
    public void After_a_reboot_open_links_vouch_for_nothing()
    {
        (_, MemoryLedgerStorage storage, ulong size) = Crashed(open: 2, zeroed: 32);
        storage.BootIdentity = "another";
        Assert.Equal(0, LedgerRecovery.Inspect(TestLedger.Options, storage).OpenLinks); // they would be cut
        using LedgerWriter writer = TestLedger.Open(storage);
        Assert.Equal(RecoveryReason.UnsyncedTail, writer.Report.Recovery);
        Assert.True(writer.AppendedSize < size);
        Assert.Equal(2UL, writer.AppendedSize % LedgerLimits.EntriesPerBundle); // behind what the last whole link vouches for: a link and the recovery entry
        writer.Close();
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    public void Under_a_signature_a_link_without_its_digest_is_damage(int entry)
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 800, 40);
            writer.Close();
        }

        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        segment.AsSpan(OffsetOf(segment, entry) + DigestOffset, 32).Clear();
        storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal((VerificationStatus.IntegrityFailure, (ulong?)entry), (report.Status, report.FirstBadEntry));
        Assert.Equal((ulong)entry, Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage)).FirstBadEntry);
    }

    [Fact]
    public void A_wrong_digest_is_damage_also_where_nothing_is_signed()
    {
        (_, MemoryLedgerStorage storage, _) = Crashed(open: 0, zeroed: 0);
        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        segment[OffsetOf(segment, 768) + DigestOffset] ^= 0x80;
        storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        using LedgerWriter writer = TestLedger.Open(storage);
        Assert.Equal(RecoveryReason.DamagedTail, writer.Report.Recovery);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hashing_behind_the_appender_gives_the_same_bytes(bool inBackground)
    {
        MemoryLedgerStorage storage = new();
        Random random = new(7);
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options with { HashInBackground = inBackground }, TestLedger.Signer, storage);
        using LedgerWriter model = TestLedger.Open(new MemoryLedgerStorage());
        for (int round = 0; round < 60; round++)
        {
            int count = random.Next(1, 2500);
            TestLedger.AppendMany(writer, count, 47);
            TestLedger.AppendMany(model, count, 47);
            Assert.Equal(model.SealTip(), writer.SealTip());
            if (random.Next(3) == 0)
            {
                writer.Publisher.Publish(writer.SealTip());
            }
        }

        writer.Close();
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Theory]
    [InlineData(40, 1500, 30)]
    [InlineData(12, 9000, 480)] // segments are left behind with open links in them
    public void A_copy_of_a_live_log_has_everything_wherever_the_hashing_stands(int rounds, int entries, int payload)
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options with { HashInBackground = true }, TestLedger.Signer, storage);
        for (int round = 0; round < rounds; round++)
        {
            TestLedger.AppendMany(writer, entries, payload);
            ulong size = writer.AppendedSize;
            MemoryLedgerStorage copy = storage.Clone();
            using LedgerWriter reopened = TestLedger.Open(copy);
            Assert.Equal((size, RecoveryReason.None), (reopened.AppendedSize, reopened.Report.Recovery));
            Assert.Equal(writer.SealTip(), reopened.SealTip());
        }
    }

    [Fact]
    public void An_appender_interrupted_while_it_waits_for_the_hashing_signs_no_wrong_tree()
    {
        int interrupted = 0;
        for (int round = 0; round < 10; round++)
        {
            MemoryLedgerStorage storage = new();
            using LedgerWriter writer = LedgerWriter.Open(
                TestLedger.Options with { HashInBackground = true, SegmentBytes = 8 << 20 }, TestLedger.Signer, storage);
            bool done = false;
            Thread appender = new(() =>
            {
                for (int i = 0; i < 300_000; i++)
                {
                    try
                    {
                        writer.Begin(0x20, 1, out _);
                        writer.Commit();
                    }
                    catch (ThreadInterruptedException)
                    {
                        interrupted++;
                    }
                    catch (LedgerPoisonedException)
                    {
                        interrupted++;
                        break;
                    }
                }

                Volatile.Write(ref done, true);
            });
            appender.Start();
            while (!Volatile.Read(ref done))
            {
                appender.Interrupt();
                Thread.SpinWait(50);
            }

            appender.Join();
            ulong size = writer.AppendedSize;
            writer.Close();
            VerificationReport report = TestLedger.Verify(storage);
            Assert.Equal((VerificationStatus.Good, size), (report.Status, report.AppendedSize));
            using LedgerWriter again = TestLedger.Open(storage);
            Assert.Equal((size, RecoveryReason.None), (again.AppendedSize, again.Report.Recovery));
        }

        TestContext.Current.SendDiagnosticMessage($"{interrupted} interruptions took effect");
    }

    /// <summary>A ledger of some two thousand entries, 300 of them signed, let go of without closing; and one with open links at its end.</summary>
    private static (MemoryLedgerStorage Whole, MemoryLedgerStorage Open, ulong Size) Crashed(int open, int zeroed)
    {
        MemoryLedgerStorage whole = new();
        ulong size;
        using (LedgerWriter writer = TestLedger.Open(whole))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 1700, 40);
            size = writer.AppendedSize;
        }

        MemoryLedgerStorage storage = whole.Clone();
        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        ulong last = (size - 1) / 256 * 256;
        for (int i = 0; i < open; i++)
        {
            segment.AsSpan(OffsetOf(segment, (int)last - (256 * i)) + DigestOffset + (32 - zeroed), zeroed).Clear();
        }

        storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        return (whole, storage, size);
    }

    private static int OffsetOf(byte[] segment, int entry)
    {
        int at = LedgerLimits.SegmentHeaderBytes;
        for (int i = 0; i < entry; i++)
        {
            at += 2 + ((segment[at] << 8) | segment[at + 1]);
        }

        return at;
    }
}
