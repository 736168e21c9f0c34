namespace Floodwall.Ledger.Tests.Writing;

public sealed class FullDiskTests
{
    [Fact]
    public void A_full_disk_is_told_before_anything_is_written_and_can_be_overcome()
    {
        MemoryLedgerStorage memory = new();
        FaultyStorage storage = new(memory);
        using LedgerWriter writer = TestLedger.Open(storage);
        storage.Before = (step, path) =>
        {
            if (step == "create")
            {
                throw new DiskFullException($"{path}: injected");
            }
        };
        List<byte[]> model = [];
        byte[] payload = new byte[4000];
        while (writer.HasRoomFor(1))
        {
            model.Add(TestLedger.Append(writer, 0x11, payload));
        }

        Assert.Equal(0UL, writer.AppendedSize % 256);
        ulong size = writer.AppendedSize;
        for (int i = 0; i < 3; i++)
        {
            LedgerFullException full = Assert.Throws<LedgerFullException>(() => writer.Begin(0x11, 10, out _));
            Assert.Contains("segment 1", full.Message, StringComparison.Ordinal);
        }

        Assert.Equal(size, writer.AppendedSize);
        Assert.False(writer.IsPoisoned);
        writer.Publisher.Publish(writer.SealTip());
        storage.Before = null;
        Assert.True(writer.HasRoomFor(256));
        for (int i = 0; i < 600; i++)
        {
            model.Add(TestLedger.Append(writer, 0x11, payload));
        }

        writer.Close();
        Assert.Equal(model, TestLedger.Callers(TestLedger.ReadAll(memory)));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(memory).Status);
    }

    [Fact]
    public void What_HasRoomFor_promises_holds()
    {
        MemoryLedgerStorage memory = new();
        FaultyStorage storage = new(memory);
        using LedgerWriter writer = TestLedger.Open(storage);
        storage.Before = (step, path) =>
        {
            if (step == "create")
            {
                throw new DiskFullException($"{path}: injected");
            }
        };
        Random random = new(5);
        while (true)
        {
            int entries = random.Next(257);
            if (!writer.HasRoomFor(entries))
            {
                break;
            }

            TestLedger.AppendMany(writer, entries, LedgerLimits.MaxPayloadBytes);
        }

        Assert.InRange(writer.AppendedSize, 512UL, 1024UL);
    }

    [Fact]
    public void A_full_disk_is_asked_again_after_growing_pauses_and_at_once_where_that_is_wanted()
    {
        MemoryLedgerStorage memory = new();
        int attempts = 0;
        bool full = true;
        FaultyStorage storage = new(memory)
        {
            Before = (step, path) =>
            {
                attempts += step == "create" ? 1 : 0;
                if (step == "create" && full)
                {
                    throw new DiskFullException($"{path}: injected");
                }
            },
        };
        memory.CreateFolder(TestLedger.Paths.Segments, ownerOnly: false);
        ManualClock clock = new();
        using SegmentPreparer preparer = new(new SegmentSupply(storage, TestLedger.Paths), (int)LedgerLimits.MinSegmentBytes, clock);

        // What failed ahead of time was refused to nobody yet: the first who needs it has it tried again.
        preparer.Prepare(1);
        Assert.IsType<DiskFullException>(preparer.Await(1, atOnce: false));
        Assert.IsType<DiskFullException>(preparer.Await(1, atOnce: false));
        int before = attempts;
        TimeSpan pause = SegmentPreparer.FirstPause;
        for (int failures = 1; failures < 12; failures++)
        {
            clock.Advance(pause - TimeSpan.FromTicks(1));
            for (int i = 0; i < 1_000; i++)
            {
                Assert.IsType<DiskFullException>(preparer.Await(1, atOnce: false));
            }

            Assert.Equal(before, attempts);
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.IsType<DiskFullException>(preparer.Await(1, atOnce: false));
            Assert.Equal(++before, attempts);
            pause = pause * 2 < SegmentPreparer.LongestPause ? pause * 2 : SegmentPreparer.LongestPause;
        }

        full = false;
        Assert.IsType<DiskFullException>(preparer.Await(1, atOnce: false));
        Assert.Null(preparer.Await(1, atOnce: true));
        Assert.Null(preparer.Await(1, atOnce: false));
        preparer.Take().Dispose();
        Assert.InRange(SegmentPreparer.LongestPause, SegmentPreparer.FirstPause, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Another_failure_to_make_a_segment_poisons()
    {
        FaultyStorage storage = new(new MemoryLedgerStorage());
        using LedgerWriter writer = TestLedger.Open(storage);
        storage.Before = (step, path) =>
        {
            if (step == "create")
            {
                throw new IOException($"{path}: injected");
            }
        };
        Assert.Throws<LedgerPoisonedException>(() => TestLedger.AppendMany(writer, 2000, 4000));
        Assert.True(writer.IsPoisoned);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }

    [Fact]
    public void A_real_full_file_system_refuses_and_lives()
    {
        string? folder = Environment.GetEnvironmentVariable("FLOODWALL_SMALL_FILESYSTEM");
        Assert.SkipUnless(Directory.Exists(folder), "set FLOODWALL_SMALL_FILESYSTEM to a folder on a file system of 10 to 30 MiB");
        string directory = Path.Combine(folder!, "ledger");
        LedgerOptions options = new() { Directory = directory, SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer);
        Assert.Throws<LedgerFullException>(() => TestLedger.AppendMany(writer, 20_000, 4000));
        writer.Publisher.Publish(writer.SealTip());
        Assert.Equal(VerificationStatus.Good, LedgerVerifier.Verify(directory, TestLedger.Signer.VerifierKey).Status);
        writer.Dispose();
        Directory.Delete(directory, recursive: true);
        Directory.Delete(directory + ".state", recursive: true);
    }
}
