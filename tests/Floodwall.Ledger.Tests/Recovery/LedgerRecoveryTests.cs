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
