namespace Floodwall.Ledger.Tests.Recovery;

public sealed class LedgerRecoveryTests
{
    [Fact]
    public void What_it_foresees_is_what_opening_does_and_looking_changes_nothing()
    {
        Random random = new(41);
        int refused = 0;
        int cut = 0;
        for (int run = 0; run < 250; run++)
        {
            MemoryLedgerStorage storage = Crashed(random);
            Damage(random, storage);
            if (random.Next(4) == 0)
            {
                storage.BootIdentity = "another run";
            }

            MemoryLedgerStorage before = storage.Clone();
            RecoveryPlan plan = LedgerRecovery.Inspect(TestLedger.Options, storage);
            Assert.Equal(before.Paths, storage.Paths);
            Assert.All(before.Paths, path => Assert.Equal(before.ReadAll(path), storage.ReadAll(path)));
            if (plan.Refusal is not null)
            {
                LedgerException exception = Assert.ThrowsAny<LedgerException>(() => TestLedger.Open(storage));
                Assert.Equal(plan.Refusal, exception.Message);
                Assert.Equal(plan.FirstBadEntry, (exception as LedgerCorruptException)?.FirstBadEntry);
                refused++;
                continue;
            }

            using LedgerWriter writer = TestLedger.Open(storage);
            OpenReport done = writer.Report;
            Assert.Equal((plan.Reason, plan.CutBytes, plan.SideFile, plan.Problem), (done.Recovery, done.CutBytes, done.SideFile, done.Problem));
            Assert.Equal((plan.DurableSize, plan.Republishes), (done.SignedSize, done.Republished));
            Assert.True(plan.KeptSize >= plan.DurableSize);
            ulong added = done.AppendedSize - plan.KeptSize;
            Assert.InRange(added, plan.Reason == RecoveryReason.None ? 0UL : 1UL, plan.Reason == RecoveryReason.None ? 0UL : 2UL);
            cut += plan.Reason == RecoveryReason.None ? 0 : 1;
        }

        Assert.InRange(refused, 20, 200);
        Assert.InRange(cut, 20, 200);
    }

    [Fact]
    public void A_clean_ledger_an_empty_folder_and_none_are_told_apart()
    {
        RecoveryPlan clean = LedgerRecovery.Inspect(TestLedger.Options, TestLedger.SmallSealed());
        Assert.True(clean.IsClean);
        Assert.Equal((302UL, 302UL, (ulong?)302UL, (ulong?)302UL), (clean.AppendedSize, clean.DurableSize, clean.CheckpointSize, clean.HighWaterSize));
        Assert.Equal(TestLedger.Signer.VerifierKey.ToString(), clean.KeyInForce);
        MemoryLedgerStorage empty = new();
        Assert.Throws<FileNotFoundException>(() => LedgerRecovery.Inspect(TestLedger.Options, empty));
        empty.CreateFolder(TestLedger.Paths.Segments, ownerOnly: false);
        Assert.True(LedgerRecovery.Inspect(TestLedger.Options, empty).IsUnfinishedCreation);
    }

    [Fact]
    public void Three_sizes_are_told_whatever_is_missing_or_damaged()
    {
        static (ulong Appended, ulong Durable, ulong Signed, bool Refused) Sizes(MemoryLedgerStorage storage)
        {
            RecoveryPlan plan = LedgerRecovery.Inspect(TestLedger.Options, storage);
            return (plan.AppendedSize, plan.DurableSize, plan.SignedSize, plan.Refusal is not null);
        }

        // 600 signed entries and more behind them, as a killed process leaves them.
        MemoryLedgerStorage good = new();
        using (LedgerWriter writer = TestLedger.Open(good))
        {
            while (writer.AppendedSize < 600)
            {
                TestLedger.AppendMany(writer, 1, 20);
            }

            writer.Publisher.Publish(writer.SealTip());
            while (writer.AppendedSize < 800)
            {
                TestLedger.AppendMany(writer, 1, 20);
            }

            good = good.Clone();
        }

        Assert.Equal((800UL, 600UL, 600UL, false), Sizes(good));
        foreach (string note in new[] { TestLedger.Paths.Checkpoint, TestLedger.Paths.HighWater })
        {
            MemoryLedgerStorage without = good.Clone();
            without.Delete(note);
            Assert.Equal((800UL, 600UL, 600UL, note == TestLedger.Paths.HighWater), Sizes(without));
            without.WriteAll(note, "no note"u8.ToArray());
            Assert.Equal((800UL, 600UL, 600UL, true), Sizes(without));
            without.WriteAll(note, new byte[LedgerLimits.MaxNoteBytes + 1]);
            Assert.Equal((800UL, 600UL, 600UL, true), Sizes(without));
        }

        // A changed payload, and a frame that cannot be read, in the first bundle and in a later one.
        byte[] segment = good.ReadAll(TestLedger.Paths.Segment(0));
        foreach (int index in new[] { 3, 300, 511 })
        {
            int at = LedgerLimits.SegmentHeaderBytes;
            for (int i = 0; i < index; i++)
            {
                at += 2 + ((segment[at] << 8) | segment[at + 1]);
            }

            foreach (int offset in new[] { 0, 1, 3, 15 })
            {
                MemoryLedgerStorage damaged = good.Clone();
                byte[] bytes = (byte[])segment.Clone();
                bytes[at + offset] ^= 0x40;
                damaged.WriteAll(TestLedger.Paths.Segment(0), bytes);
                Assert.Equal((800UL, 600UL, 600UL, true), Sizes(damaged));
            }
        }
    }

    [Fact]
    public void How_far_a_damaged_log_reaches_is_told_across_segments()
    {
        MemoryLedgerStorage good = new();
        using (LedgerWriter writer = TestLedger.Open(good))
        {
            TestLedger.AppendMany(writer, 3_500, 4_000);
            writer.Close();
        }

        ulong all = LedgerRecovery.Inspect(TestLedger.Options, good).AppendedSize;
        Assert.True(good.List(TestLedger.Paths.Segments).Count >= 4);
        foreach (Action<MemoryLedgerStorage> damage in new Action<MemoryLedgerStorage>[]
        {
            storage => storage.Delete(TestLedger.Paths.Segment(0)),
            storage => storage.Delete(TestLedger.Paths.Segment(1)),
            storage => Flip(storage, 0, LedgerLimits.SegmentHeaderBytes + 3),
            storage => Flip(storage, 1, 20),
            storage => Flip(storage, 2, 100_000),
            storage => storage.WriteAll(TestLedger.Paths.Segment(1), storage.ReadAll(TestLedger.Paths.Segment(1)).AsSpan(0, 70_000)),
        })
        {
            MemoryLedgerStorage storage = good.Clone();
            damage(storage);
            RecoveryPlan plan = LedgerRecovery.Inspect(TestLedger.Options, storage);
            Assert.NotNull(plan.Refusal);
            Assert.Equal((all, all, all), (plan.AppendedSize, plan.DurableSize, plan.SignedSize));
        }

        // The last segment gone, an older copy stays: there is no more than what is there.
        MemoryLedgerStorage shorter = good.Clone();
        shorter.Delete(TestLedger.Paths.Segment((uint)good.List(TestLedger.Paths.Segments).Count - 1));
        RecoveryPlan rest = LedgerRecovery.Inspect(TestLedger.Options, shorter);
        Assert.True(rest.AppendedSize < all && rest.SignedSize == all);

        static void Flip(MemoryLedgerStorage storage, uint number, int offset)
        {
            byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(number));
            segment[offset] ^= 0x10;
            storage.WriteAll(TestLedger.Paths.Segment(number), segment);
        }
    }

    [Fact]
    public void A_cut_that_was_not_recorded_yet_is_foreseen()
    {
        MemoryLedgerStorage storage = Crashed(new Random(2));
        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        segment[segment.AsSpan().LastIndexOfAnyExcept((byte)0) + 5] = 7;
        storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        FaultyStorage dies = new(storage)
        {
            Before = (step, _) =>
            {
                if (step == "delete")
                {
                    throw new IOException("killed behind the cut");
                }
            },
        };
        Assert.Throws<IOException>(() => TestLedger.Open(dies));
        RecoveryPlan plan = LedgerRecovery.Inspect(TestLedger.Options, storage);
        Assert.NotNull(plan.UnrecordedSideFile);
        using LedgerWriter writer = TestLedger.Open(storage);
        Assert.Equal(plan.UnrecordedSideFile, writer.Report.SideFile);
    }

    /// <summary>A ledger as a killed process leaves it: some signed entries, some not.</summary>
    private static MemoryLedgerStorage Crashed(Random random)
    {
        MemoryLedgerStorage storage = new();
        using LedgerWriter writer = TestLedger.Open(storage);
        TestLedger.AppendMany(writer, random.Next(600), 20);
        writer.Publisher.Publish(writer.SealTip());
        TestLedger.AppendMany(writer, random.Next(600), 20);
        return storage.Clone();
    }

    private static void Damage(Random random, MemoryLedgerStorage storage)
    {
        string path = random.Next(8) == 0 ? TestLedger.Paths.Checkpoint : random.Next(8) == 0 ? TestLedger.Paths.HighWater : TestLedger.Paths.Segment(0);
        byte[] bytes = storage.ReadAll(path);
        int end = Math.Max(1, bytes.AsSpan().LastIndexOfAnyExcept((byte)0));
        switch (random.Next(4))
        {
            case 0:
                bytes[random.Next(end)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.AsSpan(random.Next(end), 1).Clear();
                break;
            case 2:
                bytes = bytes[..random.Next(end)];
                break;
            default:
                return;
        }

        storage.WriteAll(path, bytes);
    }
}
