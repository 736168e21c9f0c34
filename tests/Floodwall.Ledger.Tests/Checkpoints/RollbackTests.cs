namespace Floodwall.Ledger.Tests.Checkpoints;

public sealed class RollbackTests
{
    [Fact]
    public void An_older_copy_under_a_newer_mark_is_refused()
    {
        MemoryLedgerStorage storage = new();
        MemoryLedgerStorage older;
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 500, 20);
            writer.Close();
            older = storage.Clone();
        }

        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 500, 20);
            writer.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(older).Status);
        older.WriteAll(TestLedger.Paths.HighWater, storage.ReadAll(TestLedger.Paths.HighWater));
        LedgerForkException refused = Assert.Throws<LedgerForkException>(() => TestLedger.Open(older));
        Assert.Contains("holds 502 entries, but 1004 were signed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("high-water", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fork_under_the_mark_is_refused()
    {
        MemoryLedgerStorage one = new();
        TestLedger.Open(one).Close();
        MemoryLedgerStorage two = one.Clone();
        foreach ((MemoryLedgerStorage storage, byte fill) in new[] { (one, (byte)1), (two, (byte)2) })
        {
            using LedgerWriter writer = TestLedger.Open(storage);
            TestLedger.Append(writer, 0x10, [fill]);
            writer.Close();
        }

        two.WriteAll(TestLedger.Paths.HighWater, one.ReadAll(TestLedger.Paths.HighWater));
        LedgerForkException refused = Assert.Throws<LedgerForkException>(() => TestLedger.Open(two));
        Assert.EndsWith("it is another history", refused.Message, StringComparison.Ordinal);
        Assert.True(LedgerRecovery.Inspect(TestLedger.Options, two).IsRollback);
    }

    [Fact]
    public void A_missing_mark_is_refused_unless_the_operator_says_so()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        storage.Delete(TestLedger.Paths.HighWater);
        LedgerCorruptException refused = Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
        Assert.Contains("high-water mark is missing", refused.Message, StringComparison.Ordinal);
        using LedgerWriter writer = LedgerWriter.Open(TestLedger.Options with { AllowMissingHighWater = true }, TestLedger.Signer, storage);
        Assert.True(writer.Report.Republished);
        writer.Close();
        TestLedger.Open(storage).Close();
    }

    [Fact]
    public void A_log_without_any_note_is_refused()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        storage.Delete(TestLedger.Paths.HighWater);
        storage.Delete(TestLedger.Paths.Checkpoint);
        Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
    }

    [Fact]
    public void Damaged_notes_are_refused_by_name()
    {
        foreach (string path in new[] { TestLedger.Paths.HighWater, TestLedger.Paths.Checkpoint })
        {
            MemoryLedgerStorage storage = TestLedger.SmallSealed();
            byte[] note = storage.ReadAll(path);
            note[^5] ^= 2;
            storage.WriteAll(path, note);
            LedgerCorruptException refused = Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_creation_that_was_cut_short_is_started_again()
    {
        MemoryLedgerStorage storage = new();
        int failAt = 0;
        int step = 0;
        while (true)
        {
            FaultyStorage faulty = new(storage)
            {
                Before = (what, path) =>
                {
                    if (step++ == failAt)
                    {
                        throw new IOException($"{path}: injected at {what}");
                    }
                },
            };
            try
            {
                using LedgerWriter writer = TestLedger.Open(faulty);
                faulty.Before = null;
                TestLedger.AppendMany(writer, 3, 10);
                writer.Close();
                break;
            }
            catch (Exception failure) when (failure is IOException or LedgerPoisonedException)
            {
                // Each retry goes over what the one before left, and fails one step later.
                failAt++;
                step = 0;
            }
        }

        Assert.True(failAt > 4);
        Assert.Equal((VerificationStatus.Good, 4UL), (TestLedger.Verify(storage).Status, TestLedger.Verify(storage).SignedSize));
    }
}
