namespace Floodwall.Ledger.Tests.Segments;

/// <summary>Where segments come from and go to, step by step; what ledgers make of it stands in RecyclingTests.</summary>
public sealed class SegmentSupplyTests
{
    private const string Old = "/ledgers/old";
    private const int SegmentBytes = (int)LedgerLimits.MinSegmentBytes;

    private static readonly LedgerOptions Options = TestLedger.Options with { RecycleDirectory = Old };

    [Fact]
    public void The_longest_file_that_is_not_too_long_is_taken_and_other_names_are_left_alone()
    {
        (MemoryLedgerStorage memory, SegmentSupply supply) = Make();
        Put(memory, "a.recycled", SegmentBytes + 1);
        Put(memory, "b.recycled", 100);
        Put(memory, "c.recycled", SegmentBytes);
        Put(memory, "00000007.seg", SegmentBytes);
        Put(memory, "recycled", SegmentBytes);
        AssertMade(supply, 1);
        Assert.Equal(["00000007.seg", "a.recycled", "b.recycled", "recycled"], Names(memory));
        AssertMade(supply, 2);
        AssertMade(supply, 3);
        Assert.Equal(["00000007.seg", "a.recycled", "recycled"], Names(memory));
        Assert.Equal([1U, 2U, 3U], Segments(memory));
    }

    [Theory]
    [InlineData("move")]
    [InlineData("sync-folder " + Old)]
    [InlineData("reuse")]
    [InlineData("delete /ledgers/one/segments/recycled")]
    public void What_fails_on_the_way_costs_the_old_file_at_most(string failing)
    {
        foreach (Exception failure in new Exception[] { new IOException("injected"), new DiskFullException("injected"), new UnauthorizedAccessException("injected") })
        {
            MemoryLedgerStorage memory = Make().Memory;
            Put(memory, "a.recycled", SegmentBytes);
            bool failed = false;
            FaultyStorage storage = new(memory)
            {
                Before = (step, path) =>
                {
                    if (!failed && $"{step} {path}".StartsWith(failing, StringComparison.Ordinal))
                    {
                        failed = true;
                        throw failure;
                    }
                },
            };
            SegmentSupply supply = new(storage, TestLedger.Paths, Old, 16);
            AssertMade(supply, 1);
            Assert.True(failed);
            Assert.Equal([1U], Segments(memory));
            Assert.DoesNotContain(TestLedger.Paths.RecycledSegment, memory.Paths);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_used_goes_and_the_next_is_taken()
    {
        MemoryLedgerStorage memory = Make().Memory;
        Put(memory, "a.recycled", SegmentBytes);
        Put(memory, "b.recycled", SegmentBytes - 1);
        FaultyStorage storage = new(memory);
        List<string> steps = [];
        storage.Before = (step, _) =>
        {
            steps.Add(step);
            storage.RefusesReuse = steps.Count(taken => taken == "reuse") == 1;
        };
        AssertMade(new SegmentSupply(storage, TestLedger.Paths, Old, 16), 1);
        Assert.Equal(2, steps.Count(taken => taken == "reuse"));
        Assert.DoesNotContain("create", steps);
        Assert.Empty(Names(memory));
        Assert.DoesNotContain(TestLedger.Paths.RecycledSegment, memory.Paths);
    }

    [Fact]
    public void Two_that_reach_for_the_same_file_at_once_get_two()
    {
        const int Rounds = 20;
        using TempFolder temp = new();
        string old = temp.Of("old");
        Directory.CreateDirectory(old);
        byte[] content = new byte[SegmentBytes];
        content.AsSpan().Fill(0xA5);
        for (int i = 0; i < 2; i++)
        {
            File.WriteAllBytes(Path.Combine(old, $"{i}.recycled"), content);
        }

        using Barrier barrier = new(2);
        Parallel.Invoke(() => Use(1), () => Use(2));

        void Use(byte mark)
        {
            LedgerPaths paths = new(temp.Of($"ledger-{mark}"));
            Directory.CreateDirectory(paths.Segments);
            SegmentSupply supply = new(FileLedgerStorage.Instance, paths, old, 2);
            string? wrong = null;
            for (uint round = 0; round < Rounds; round++)
            {
                // Nobody leaves before the other has come: what is wrong is told at the end.
                Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "the other ended");
                using IMappedSegment made = supply.Make(round, SegmentBytes);
                Span<byte> bytes = SegmentMemory.Slice(made.Address, 0, made.Length);
                wrong ??= bytes.IndexOfAnyExcept((byte)0) < 0 ? null : $"round {round}: not of zeros";
                bytes.Fill(mark);
                Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "the other ended");
                wrong ??= bytes.IndexOfAnyExcept(mark) < 0 ? null : $"round {round}: shared";
                made.Dispose();
                supply.Drop(round);
            }

            Assert.Null(wrong);
        }
    }

    [Fact]
    public void The_folder_is_listed_again_only_when_what_was_in_it_is_used_up()
    {
        FaultLedgerStorage storage = new();
        storage.CreateFolder(TestLedger.Paths.Segments, ownerOnly: false);
        storage.CreateFolder(Old, ownerOnly: false);
        SegmentSupply supply = new(storage, TestLedger.Paths, Old, 16);
        int listed = 0;
        storage.Before = call => listed += call.Step == StorageStep.List ? 1 : 0;
        Fill();
        for (uint number = 1; number <= 4; number++)
        {
            AssertMade(supply, number);
        }

        Assert.Equal(1, listed);
        Assert.Empty(storage.List(Old));
        Fill();
        AssertMade(supply, 5);
        Assert.Equal(3, storage.List(Old).Count);

        void Fill()
        {
            for (int i = 0; i < 4; i++)
            {
                storage.CreateFile(Path.Combine(Old, $"{i}{LedgerPaths.RecycledExtension}")).Dispose();
            }
        }
    }

    [Fact]
    public void No_more_files_are_kept_than_was_said()
    {
        (MemoryLedgerStorage memory, _) = Make();
        SegmentSupply supply = new(memory, TestLedger.Paths, Old, 3);
        Put(memory, "a.recycled", 1);
        Put(memory, "other", 1);
        for (uint number = 0; number < 5; number++)
        {
            memory.WriteAll(TestLedger.Paths.Segment(number), new byte[SegmentBytes]);
        }

        Assert.Equal(2, supply.Drop(0, 1, 2, 3));
        Assert.Equal(0, supply.Drop(4));
        Assert.Empty(Segments(memory));
        Assert.Equal(4, Names(memory).Count);
        Assert.Equal(3, Names(memory).Count(name => name.EndsWith(".recycled", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_cannot_go_to_the_folder_is_deleted(bool forbidden)
    {
        MemoryLedgerStorage memory = Make().Memory;
        memory.WriteAll(TestLedger.Paths.Segment(4), new byte[SegmentBytes]);
        FaultyStorage storage = new(memory)
        {
            Before = (step, _) =>
            {
                if (step == "move")
                {
                    throw forbidden ? new UnauthorizedAccessException("injected") : new DirectoryNotFoundException("injected");
                }
            },
        };
        Assert.Equal(0, new SegmentSupply(storage, TestLedger.Paths, Old, 3).Drop(4));
        Assert.Empty(Segments(memory));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("move")]
    public void A_folder_that_cannot_serve_is_named_and_nothing_is_left_there(string failing)
    {
        foreach (Exception failure in new Exception[] { new IOException("injected"), new UnauthorizedAccessException("injected") })
        {
            MemoryLedgerStorage memory = Make().Memory;
            FaultyStorage storage = new(memory)
            {
                Before = (step, _) =>
                {
                    if (step == failing)
                    {
                        throw failure;
                    }
                },
            };
            IOException told = Assert.Throws<IOException>(() => SegmentSupply.Open(storage, TestLedger.Paths, Options));
            Assert.Contains(Old, told.Message, StringComparison.Ordinal);
            Assert.Contains("injected", told.Message, StringComparison.Ordinal);
            Assert.Empty(Names(memory));
        }
    }

    [Fact]
    public void A_folder_that_serves_is_made_and_left_empty()
    {
        MemoryLedgerStorage memory = new();
        memory.CreateFolder(TestLedger.Paths.Segments, ownerOnly: false);
        SegmentSupply.Open(memory, TestLedger.Paths, Options);
        Assert.True(memory.FolderExists(Old));
        Assert.Empty(memory.Paths);
    }

    [Theory]
    [InlineData(TestLedger.Folder)]
    [InlineData(TestLedger.Folder + "/segments")]
    [InlineData(TestLedger.Folder + "/old/")]
    [InlineData(TestLedger.Folder + ".state/old")]
    [InlineData(" ")]
    public void A_folder_within_the_ledgers_own_is_refused(string folder)
    {
        MemoryLedgerStorage memory = new();
        ArgumentException wrong = Assert.Throws<ArgumentException>(
            () => LedgerWriter.Open(TestLedger.Options with { RecycleDirectory = folder }, TestLedger.Signer, memory));
        Assert.Equal(nameof(LedgerOptions.RecycleDirectory), wrong.ParamName);
        Assert.Empty(memory.Paths);
        Assert.Throws<ArgumentException>(() => LedgerWriter.Open(Options with { MaxRecycled = -1 }, TestLedger.Signer, memory));
        Assert.Throws<ArgumentException>(() => LedgerWriter.Open(Options with { MaxRecycled = 65_537 }, TestLedger.Signer, memory));
    }

    private static (MemoryLedgerStorage Memory, SegmentSupply Supply) Make()
    {
        MemoryLedgerStorage memory = new();
        memory.CreateFolder(TestLedger.Paths.Segments, ownerOnly: false);
        memory.CreateFolder(Old, ownerOnly: false);
        return (memory, new SegmentSupply(memory, TestLedger.Paths, Old, 16));
    }

    private static void Put(MemoryLedgerStorage memory, string name, int bytes)
    {
        byte[] content = new byte[bytes];
        content.AsSpan().Fill(0xA5);
        memory.WriteAll(Path.Combine(Old, name), content);
    }

    private static List<string> Names(MemoryLedgerStorage memory) => [.. memory.List(Old).Select(file => file.Name).Order(StringComparer.Ordinal)];

    private static List<uint> Segments(MemoryLedgerStorage memory) =>
        [.. memory.List(TestLedger.Paths.Segments).Select(file => LedgerPaths.TryParseSegmentName(file.Name, out uint number) ? number : uint.MaxValue).Order()];

    private static void AssertMade(SegmentSupply supply, uint number)
    {
        using IMappedSegment made = supply.Make(number, SegmentBytes);
        Assert.Equal(SegmentBytes, made.Length);
        Assert.Equal(-1, SegmentMemory.Slice(made.Address, 0, made.Length).IndexOfAnyExcept((byte)0));
    }
}
