namespace Floodwall.Ledger.Tests.Writing;

/// <summary>Ledgers whose segments are made of old ones.</summary>
public sealed class RecyclingTests : IDisposable
{
    private const string Old = "/ledgers/old";

    private static readonly LedgerOptions Options = TestLedger.Options with { RecycleDirectory = Old };

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Segments_of_a_pruned_ledger_come_back_as_later_ones()
    {
        MemoryLedgerStorage memory = new();
        FaultyStorage storage = new(memory);
        List<string> made = [];
        storage.Before = (step, path) =>
        {
            if (step is "create" or "reuse" && Path.GetExtension(path) == ".seg")
            {
                made.Add(step);
            }
        };
        using (LedgerWriter writer = LedgerWriter.Open(Options, TestLedger.Signer, storage))
        {
            TestLedger.AppendMany(writer, 4500, 4000);
            writer.Close();
        }

        Assert.All(made, step => Assert.Equal("create", step));
        PruneReport report = LedgerPruner.PruneBefore(Options, 4200, _ => false, apply: true, storage);
        Assert.True(report.Segments > 2);
        Assert.Equal(report.Segments, report.Recycled);
        int kept = memory.List(Old).Count;
        Assert.InRange(kept, report.Segments, report.Segments + 1);

        made.Clear();
        using (LedgerWriter writer = LedgerWriter.Open(Options, TestLedger.Signer, storage))
        {
            TestLedger.AppendMany(writer, 4500, 4000);
            writer.Close();
        }

        Assert.Equal(kept, made.Count(step => step == "reuse"));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(memory).Status);
        Assert.DoesNotContain(TestLedger.Paths.RecycledSegment, memory.Paths);
    }

    [Fact]
    public void A_ledger_has_the_same_bytes_whatever_its_segments_were_before()
    {
        MemoryLedgerStorage plain = new(), recycled = new();
        Write(plain, TestLedger.Options);
        recycled.CreateFolder(Old, ownerOnly: false);
        for (int i = 0; i < 3; i++)
        {
            // Segments of this very ledger: entries that would be taken for its own wherever they showed.
            recycled.WriteAll(Path.Combine(Old, $"{i}.recycled"), plain.ReadAll(TestLedger.Paths.Segment((uint)i)));
        }

        Write(recycled, Options);
        Assert.True(plain.List(TestLedger.Paths.Segments).Count > 3);
        Assert.Equal(plain.Paths, recycled.Paths.Where(path => !path.StartsWith(Old, StringComparison.Ordinal)));
        Assert.All(plain.Paths, path => Assert.Equal(plain.ReadAll(path), recycled.ReadAll(path)));

        static void Write(MemoryLedgerStorage storage, LedgerOptions options)
        {
            using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer, storage);
            TestLedger.AppendMany(writer, 3300, 4000);
            writer.Close();
        }
    }

    [Fact]
    public void A_segment_that_was_prepared_and_not_used_goes_to_the_folder_at_the_end()
    {
        MemoryLedgerStorage memory = new();
        using LedgerWriter writer = LedgerWriter.Open(Options, TestLedger.Signer, memory);
        TestLedger.AppendMany(writer, 900, 4000);
        Assert.True(writer.HasRoomFor(256));
        Assert.Contains(TestLedger.Paths.Segment(1), memory.Paths);
        writer.Close();
        Assert.DoesNotContain(TestLedger.Paths.Segment(1), memory.Paths);
        Assert.Equal(LedgerLimits.MinSegmentBytes, Assert.Single(memory.List(Old)).Length);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(memory).Status);
    }

    [Fact]
    public void A_failure_while_the_unused_segment_goes_back_loses_nothing()
    {
        for (int fail = 1; ; fail++)
        {
            FaultLedgerStorage storage = new();
            LedgerWriter writer = LedgerWriter.Open(Options, TestLedger.Signer, storage);
            TestLedger.AppendMany(writer, 900, 4000);
            Assert.True(writer.HasRoomFor(256));
            writer.Publisher.Publish(writer.SealTip());
            ulong size = writer.AppendedSize;
            storage.FailCall(storage.CallCount + fail, StorageFault.InputOutput);
            bool threw = Record.Exception(writer.Close) is { } failure && (failure is IOException or LedgerPoisonedException ? true : throw failure);
            bool failed = storage.HasFailed;
            storage.FailCall(0, StorageFault.InputOutput);
            using (LedgerWriter again = LedgerWriter.Open(Options, TestLedger.Signer, storage))
            {
                Assert.Equal(RecoveryReason.None, again.Report.Recovery);
                Assert.Equal(size, again.AppendedSize);
                again.Close();
            }

            Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
            if (!failed)
            {
                Assert.False(threw);
                Assert.Single(storage.List(Old));
                Assert.InRange(fail, 5, 40);
                return;
            }
        }
    }

    [Fact]
    public void What_a_crash_left_on_the_way_is_gone_when_the_ledger_is_opened_again()
    {
        MemoryLedgerStorage memory = TestLedger.SmallSealed();
        memory.WriteAll(TestLedger.Paths.RecycledSegment, memory.ReadAll(TestLedger.Paths.Segment(0)));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(memory).Status);
        Assert.Equal(300, TestLedger.Callers(TestLedger.ReadAll(memory)).Count);
        using LedgerWriter writer = TestLedger.Open(memory);
        Assert.Equal(RecoveryReason.None, writer.Report.Recovery);
        Assert.DoesNotContain(TestLedger.Paths.RecycledSegment, memory.Paths);
        writer.Close();
    }

    [Fact]
    public void A_folder_that_is_gone_costs_nothing_but_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder goes while it is used");
        LedgerOptions options = OnDisk("one");
        using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer);
        Directory.Delete(options.RecycleDirectory!);
        TestLedger.AppendMany(writer, 3300, 4000);
        writer.Close();
        Assert.False(Directory.Exists(options.RecycleDirectory));
        Assert.Equal(VerificationStatus.Good, Verify(options).Status);
    }

    [Fact]
    public void A_backup_of_hard_links_keeps_its_segments()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "hard links by ln");
        LedgerOptions options = OnDisk("one");
        using (LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer))
        {
            TestLedger.AppendMany(writer, 2500, 4000);
            writer.Close();
        }

        string backup = _temp.Of("backup");
        using (System.Diagnostics.Process copy = System.Diagnostics.Process.Start("cp", ["-al", options.Directory, backup]))
        {
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }

        Assert.True(LedgerPruner.PruneBefore(options, 2000, _ => false, apply: true).Recycled > 0);
        string first = Path.Combine(backup, "segments", "00000000.seg");
        byte[] content = File.ReadAllBytes(first);
        using (LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer))
        {
            TestLedger.AppendMany(writer, 2500, 4000);
            writer.Close();
        }

        Assert.Equal(content, File.ReadAllBytes(first));
        Assert.Equal(VerificationStatus.Good, Verify(options).Status);
        Assert.Equal(VerificationStatus.Good, Verify(options with { Directory = backup }).Status);
    }

    [Fact]
    public async Task Ledgers_that_share_a_folder_keep_out_of_each_others_way()
    {
        const int Rounds = 4, Entries = 2600;
        Task[] ledgers = [.. new[] { "one", "two" }.Select(name => Task.Run(() =>
        {
            LedgerOptions options = OnDisk(name) with { MaxRecycled = 4 };
            byte mark = (byte)name[0];
            for (int round = 0; round < Rounds; round++)
            {
                using (LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer))
                {
                    for (int i = 0; i < Entries; i++)
                    {
                        Span<byte> room = writer.Begin(0x10, 4000, out ulong index);
                        room.Fill((byte)(mark + index));
                        writer.Commit();
                    }

                    writer.Close();
                }

                Assert.Equal(VerificationStatus.Good, Verify(options).Status);
                AssertOwn(options, mark);
                LedgerPruner.PruneBefore(options, Verify(options).SignedSize - 10, _ => false, apply: true);
            }

            Assert.Equal(VerificationStatus.Good, Verify(options).Status);
            AssertOwn(options, mark);
        }, TestContext.Current.CancellationToken))];
        await Task.WhenAll(ledgers);

        // Two that counted at the same time may each have added one too many.
        Assert.InRange(Directory.GetFiles(_temp.Of("old")).Length, 1, 8);
        Assert.All(Directory.GetFiles(_temp.Of("old")), file => Assert.EndsWith(".recycled", file, StringComparison.Ordinal));
    }

    private static void AssertOwn(LedgerOptions options, byte mark)
    {
        int read = 0;
        LedgerReader reader = LedgerReader.Open(options.Directory);
        using EntryCursor cursor = reader.ReadFrom(reader.PrunedSize);
        while (cursor.MoveNext())
        {
            ReadOnlySpan<byte> bytes = cursor.Current.Bytes;
            if (bytes[0] >= LedgerLimits.FirstCallerKind)
            {
                Assert.Equal(4007, bytes.Length);
                Assert.Equal(-1, bytes[7..].IndexOfAnyExcept((byte)(mark + cursor.Current.Index)));
                read++;
            }
        }

        Assert.Null(cursor.Problem);
        Assert.True(read > 0);
    }

    private static VerificationReport Verify(LedgerOptions options) =>
        LedgerVerifier.Verify(options.Directory, TestLedger.Signer.VerifierKey, new VerifyOptions { Threads = 1 });

    private LedgerOptions OnDisk(string name) => Options with { Directory = _temp.Of(name), RecycleDirectory = _temp.Of("old"), VerifyThreads = 1 };
}
