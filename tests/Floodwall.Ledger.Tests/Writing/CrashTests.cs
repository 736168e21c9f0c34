namespace Floodwall.Ledger.Tests.Writing;

public sealed class CrashTests
{
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(24)]
    public void A_process_killed_anywhere_leaves_everything_committed(int seed)
    {
        MemoryLedgerStorage storage = new();
        Random random = new(seed);
        List<byte[]> model = [];
        using LedgerWriter writer = TestLedger.Open(storage);
        for (int i = 0; i < 2000; i++)
        {
            byte[] payload = new byte[random.Next(random.Next(8) == 0 ? LedgerLimits.MaxPayloadBytes : 60)];
            random.NextBytes(payload);
            if (random.Next(60) == 0)
            {
                Check(storage.Clone(), model, partial: false);
                Span<byte> room = writer.Begin(0x50, payload.Length, out _);
                payload.AsSpan(0, payload.Length / 2).CopyTo(room);
                Check(storage.Clone(), model, partial: true);
                writer.Abandon();
            }

            model.Add(TestLedger.Append(writer, 0x50, payload));
            if (random.Next(200) == 0)
            {
                writer.Publisher.Publish(writer.SealTip());
            }
        }
    }

    [Fact]
    public void A_copy_of_a_live_folder_on_disk_opens_with_everything_committed()
    {
        using TempFolder temp = new();
        LedgerOptions options = new() { Directory = temp.Of("a/ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter writer = LedgerWriter.Open(options, TestLedger.Signer);
        for (int round = 0; round < 6; round++)
        {
            TestLedger.AppendMany(writer, 250, 2000);
            if (round == 3)
            {
                writer.Publisher.Publish(writer.SealTip());
            }

            string copy = temp.Of($"copy{round}");
            TempFolder.Copy(temp.Of("a"), copy);
            LedgerOptions copied = options with { Directory = Path.Combine(copy, "ledger") };
            VerificationReport before = LedgerVerifier.Verify(copied.Directory, TestLedger.Signer.VerifierKey);
            Assert.Equal((VerificationStatus.Good, writer.SignedSize), (before.Status, before.SignedSize));
            Assert.Equal(writer.AppendedSize, before.AppendedSize);
            using LedgerWriter reopened = LedgerWriter.Open(copied, TestLedger.Signer);
            Assert.Equal((writer.AppendedSize, RecoveryReason.None), (reopened.AppendedSize, reopened.Report.Recovery));
            Assert.Equal(writer.SealTip(), reopened.SealTip());
            reopened.Close();
        }
    }

    [Fact]
    public void A_torn_tail_is_cut_kept_and_recorded()
    {
        MemoryLedgerStorage storage = new();
        ulong before;
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 100, 40);
            before = writer.AppendedSize;
        }

        string segment = TestLedger.Paths.Segment(0);
        byte[] bytes = storage.ReadAll(segment);
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        byte[] torn = [0x00, 0x40, 0x99, 1, 2, 3, 0, 0, 4];
        torn.CopyTo(bytes, end);
        storage.WriteAll(segment, bytes);
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal((VerificationStatus.Good, before), (report.Status, report.AppendedSize));
        Assert.Contains($"entry {before} ", report.UnsignedTail, StringComparison.Ordinal);

        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            Assert.Equal((RecoveryReason.DamagedTail, (long)torn.Length), (writer.Report.Recovery, writer.Report.CutBytes));
            Assert.Equal(before + 1, writer.AppendedSize);
            Assert.Equal(torn, storage.ReadAll(writer.Report.SideFile!));
            TestLedger.AppendMany(writer, 10, 40);
            writer.Close();
        }

        List<byte[]> entries = TestLedger.ReadAll(storage);
        RecoveryEntry recovery = RecoveryEntry.TryDecode(entries[(int)before].AsSpan(7))!;
        Assert.Equal(new RecoveryEntry(RecoveryReason.DamagedTail, torn.Length, before, $"{before}.bin"), recovery);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void A_damaged_unsigned_entry_is_cut_with_all_behind_it()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 100, 40);
        }

        Damage(storage, 350, at: 3);
        using LedgerWriter reopened = TestLedger.Open(storage);
        Assert.Equal(351UL, reopened.AppendedSize);
        Assert.Equal(350UL, RecoveryEntry.TryDecode(ReadEntry(storage, 350).AsSpan(7))!.KeptEntries);
    }

    [Fact]
    public void A_damaged_unsigned_bundle_is_found_by_its_link_and_cut()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 1000, 40);
        }

        Damage(storage, 600, at: 20);
        using LedgerWriter reopened = TestLedger.Open(storage);
        Assert.Contains("entries 512 to 767", reopened.Report.Problem, StringComparison.Ordinal);
        Assert.Equal(514UL, reopened.AppendedSize); // the link of bundle 2 and the recovery entry
        reopened.Close();
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    public void Damage_under_the_signed_size_is_refused_and_nothing_is_touched(int entry)
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 100, 40);
        }

        Damage(storage, entry, at: 4);
        Dictionary<string, byte[]> before = storage.Paths.ToDictionary(path => path, storage.ReadAll);
        LedgerCorruptException refused = Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
        Assert.Equal((ulong)entry, refused.FirstBadEntry);
        Assert.Contains($"entry {entry} ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, storage.Paths.ToDictionary(path => path, storage.ReadAll));
    }

    [Fact]
    public void After_a_reboot_what_nothing_vouches_for_is_cut()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 300, 40);
            writer.Publisher.Publish(writer.SealTip());
            TestLedger.AppendMany(writer, 300, 40);
        }

        // A page that never reached the disk: the payload of an entry is zeros, its frame is whole.
        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        (int offset, int length) = Find(segment, 560);
        segment.AsSpan(offset + 9, length - 9).Clear();
        storage.WriteAll(TestLedger.Paths.Segment(0), segment);

        MemoryLedgerStorage sameBoot = storage.Clone();
        using (LedgerWriter reopened = TestLedger.Open(sameBoot))
        {
            Assert.Equal(RecoveryReason.None, reopened.Report.Recovery);
        }

        storage.BootIdentity = "another run";
        using (LedgerWriter reopened = TestLedger.Open(storage))
        {
            Assert.Equal(RecoveryReason.UnsyncedTail, reopened.Report.Recovery);
            Assert.Equal(514UL, reopened.AppendedSize);
            Assert.Equal(reopened.AppendedSize, reopened.DurableSize + 2);
        }
    }

    [Fact]
    public void A_recovery_interrupted_before_its_entry_is_finished_by_the_next_opening()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 50, 40);
        }

        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        bytes[end + 1] = 9;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
        TailCutter cutter = new(storage, TestLedger.Paths);
        cutter.Keep(51);
        cutter.Cut(51, (int)LedgerLimits.MinSegmentBytes);

        using LedgerWriter reopened = TestLedger.Open(storage);
        Assert.Equal(52UL, reopened.AppendedSize);
        Assert.Equal("51.bin", RecoveryEntry.TryDecode(ReadEntry(storage, 51).AsSpan(7))!.SideFile);
    }

    [Fact]
    public void A_recovery_that_could_not_keep_what_it_cuts_casts_no_doubt_on_the_rest()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 50, 40);
        }

        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        bytes[bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 2] = 9;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
        FaultyStorage fails = new(storage)
        {
            Before = (step, path) =>
            {
                if (step == "create" && path.StartsWith(TestLedger.Paths.Recovered, StringComparison.Ordinal))
                {
                    throw new DiskFullException($"{path}: injected");
                }
            },
        };
        Assert.Throws<DiskFullException>(() => TestLedger.Open(fails));
        using LedgerWriter reopened = TestLedger.Open(storage);
        Assert.Equal((RecoveryReason.DamagedTail, 52UL), (reopened.Report.Recovery, reopened.AppendedSize));
    }

    [Fact]
    public void Damage_right_behind_a_roll_is_cut_with_the_new_segment()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 10, 40);
            writer.Publisher.Publish(writer.SealTip());
            while (storage.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)) < 2 || writer.AppendedSize % 256 != 5)
            {
                TestLedger.AppendMany(writer, 1, 4000);
            }

            while (storage.ReadAll(TestLedger.Paths.Segment(1)).AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                TestLedger.AppendMany(writer, 1, 4000);
            }
        }

        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(1));
        ulong rolledAt = BitConverter.ToUInt64(bytes, 16);
        bytes[40] ^= 1;
        storage.WriteAll(TestLedger.Paths.Segment(1), bytes);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        using (LedgerWriter reopened = TestLedger.Open(storage))
        {
            Assert.Equal(rolledAt + 2, reopened.AppendedSize);
            Assert.True(reopened.Report.CutBytes > 64);
            TestLedger.AppendMany(reopened, 600, 4000);
            reopened.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        TestLedger.ReadAll(storage);
    }

    private static void Check(MemoryLedgerStorage image, List<byte[]> model, bool partial)
    {
        VerificationReport report = TestLedger.Verify(image);
        Assert.True(report.Status == VerificationStatus.Good, report.Message);
        using LedgerWriter reopened = TestLedger.Open(image);
        Assert.Equal(partial, reopened.Report.Recovery == RecoveryReason.DamagedTail);
        reopened.Close();
        Assert.Equal(model, TestLedger.Callers(TestLedger.ReadAll(image)));
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(image).Status);
    }

    private static void Damage(MemoryLedgerStorage storage, int entry, int at)
    {
        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        bytes[Find(bytes, entry).Offset + at] ^= 0x10;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
    }

    private static byte[] ReadEntry(MemoryLedgerStorage storage, int entry)
    {
        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        (int offset, int length) = Find(bytes, entry);
        return bytes[(offset + 2)..(offset + length)];
    }

    private static (int Offset, int Length) Find(byte[] segment, int entry)
    {
        int offset = 64;
        for (int i = 0; i < entry; i++)
        {
            offset += 2 + ((segment[offset] << 8) | segment[offset + 1]);
        }

        return (offset, 2 + ((segment[offset] << 8) | segment[offset + 1]));
    }
}
