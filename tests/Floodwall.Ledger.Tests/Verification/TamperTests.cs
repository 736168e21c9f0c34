using System.Collections.Concurrent;

namespace Floodwall.Ledger.Tests.Verification;

public sealed class TamperTests
{
    [Fact]
    public void Every_single_bit_of_every_file_is_guarded()
    {
        MemoryLedgerStorage sealed_ = TestLedger.SmallSealed();
        int flips = 0;
        foreach (string path in new[] { TestLedger.Paths.Segment(0), TestLedger.Paths.Checkpoint })
        {
            byte[] original = sealed_.ReadAll(path);
            ConcurrentBag<string> missed = [];
            Parallel.For(0, original.Length, () => sealed_.Clone(), (at, _, storage) =>
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    byte[] flipped = (byte[])original.Clone();
                    flipped[at] ^= (byte)(1 << bit);
                    storage.WriteAll(path, flipped);
                    VerificationReport report = TestLedger.Verify(storage);
                    Interlocked.Increment(ref flips);
                    if (report.Status is not (VerificationStatus.IntegrityFailure or VerificationStatus.Unreadable) || report.Message.Length < 20)
                    {
                        missed.Add($"{path} byte {at} bit {bit}: {report.Status} {report.Message}");
                    }
                }

                return storage;
            }, _ => { });
            Assert.Empty(missed);
        }

        Assert.InRange(flips, 30_000, 100_000);
    }

    [Fact]
    public void Every_truncation_is_found_and_the_first_missing_entry_named()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        string segment = TestLedger.Paths.Segment(0);
        byte[] original = storage.ReadAll(segment);
        List<byte[]> entries = TestLedger.ReadAll(storage);
        int whole = 0;
        int end = 64;
        for (int length = 0; length < original.Length; length++)
        {
            while (whole < entries.Count && end + 2 + entries[whole].Length <= length)
            {
                end += 2 + entries[whole++].Length;
            }

            storage.WriteAll(segment, original.AsSpan(0, length));
            VerificationReport report = TestLedger.Verify(storage);
            Assert.Equal(VerificationStatus.IntegrityFailure, report.Status);
            if (whole > 0)
            {
                Assert.Equal((ulong)whole, report.FirstBadEntry);
            }
        }

        storage = TestLedger.SmallSealed();
        byte[] note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        for (int length = 0; length < note.Length; length++)
        {
            storage.WriteAll(TestLedger.Paths.Checkpoint, note.AsSpan(0, length));
            Assert.Equal(VerificationStatus.IntegrityFailure, TestLedger.Verify(storage).Status);
        }
    }

    [Theory]
    [InlineData(5, 0, 255)]
    [InlineData(100, 0, 255)]
    [InlineData(258, 256, 301)]
    [InlineData(301, 256, 301)]
    public void A_changed_payload_is_placed_to_its_bundle(int entry, ulong first, ulong last)
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        int at = 64;
        for (int i = 0; i < entry; i++)
        {
            at += 2 + bytes[at + 1];
        }

        bytes[at + 2 + 7] ^= 1;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal((VerificationStatus.IntegrityFailure, first, last), (report.Status, report.FirstBadEntry, report.LastBadEntry));
        Assert.Contains($"entries {first} to {last} (bundle {first / 256})", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_frame_is_placed_to_the_entry()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        int at = 64;
        for (int i = 0; i < 123; i++)
        {
            at += 2 + bytes[at + 1];
        }

        bytes[at + 3] ^= 1;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
        VerificationReport report = TestLedger.Verify(storage);
        Assert.Equal(123UL, report.FirstBadEntry);
        Assert.StartsWith($"entry 123 (bundle 0, segment 0, offset 0x{at:x}): it states index 122", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_told_apart()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        Assert.Equal(VerificationStatus.Unreadable, TestLedger.Verify(new MemoryLedgerStorage()).Status);
        MemoryLedgerStorage noCheckpoint = storage.Clone();
        noCheckpoint.Delete(TestLedger.Paths.Checkpoint);
        Assert.Equal(VerificationStatus.IntegrityFailure, TestLedger.Verify(noCheckpoint).Status);
        MemoryLedgerStorage noSegment = storage.Clone();
        noSegment.Delete(TestLedger.Paths.Segment(0));
        VerificationReport report = TestLedger.Verify(noSegment);
        Assert.Equal((VerificationStatus.IntegrityFailure, 0UL), (report.Status, report.FirstBadEntry));
        storage.Delete(TestLedger.Paths.HighWater);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void A_stranger_s_ledger_is_not_trusted()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        VerificationReport report = TestLedger.Verify(storage, TestLedger.OtherSigner.VerifierKey);
        Assert.Equal(VerificationStatus.NoTrustedKey, report.Status);
        Assert.Contains(TestLedger.Signer.VerifierKey.ToString(), report.Message, StringComparison.Ordinal);
        VerificationReport keyless = LedgerVerifier.Verify(TestLedger.Folder, [], new VerifyOptions { Files = storage });
        Assert.Equal((VerificationStatus.NoTrustedKey, 302UL), (keyless.Status, keyless.AppendedSize));
        VerificationReport both = LedgerVerifier.Verify(
            TestLedger.Folder, [TestLedger.OtherSigner.VerifierKey, TestLedger.Signer.VerifierKey], new VerifyOptions { Files = storage });
        Assert.Equal(VerificationStatus.Good, both.Status);
        Assert.Equal([TestLedger.Signer.Name], both.KeyNames);

        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(0));
        bytes[^1] ^= 1;
        storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
        keyless = LedgerVerifier.Verify(TestLedger.Folder, [], new VerifyOptions { Files = storage });
        Assert.Equal(VerificationStatus.IntegrityFailure, keyless.Status);
    }

    [Fact]
    public void Segments_swapped_doubled_removed_or_blanked_are_found()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 3000, 4000);
            writer.Close();
        }

        int count = storage.List(TestLedger.Paths.Segments).Count;
        Assert.Equal(3, count);
        byte[][] segments = [.. Enumerable.Range(0, count).Select(n => storage.ReadAll(TestLedger.Paths.Segment((uint)n)))];
        for (int to = 0; to <= count + 1; to++)
        {
            for (int from = -2; from < count; from++)
            {
                if (from == to || (from < 0 && to == count))
                {
                    continue; // unchanged, or a blank spare behind the last segment, which is no fault
                }

                MemoryLedgerStorage image = storage.Clone();
                string path = TestLedger.Paths.Segment((uint)to);
                if (from == -2)
                {
                    image.Delete(path);
                }
                else
                {
                    image.WriteAll(path, from == -1 ? new byte[segments[0].Length] : segments[from]);
                }

                VerificationReport report = TestLedger.Verify(image);
                VerificationStatus expected = from == -2 && to > count ? VerificationStatus.Good : VerificationStatus.IntegrityFailure;
                Assert.True(report.Status == expected, $"segment {from} at {to}: {report.Status} {report.Message}");
            }
        }

        MemoryLedgerStorage oddName = storage.Clone();
        oddName.WriteAll(Path.Combine(TestLedger.Paths.Segments, "3.seg"), segments[0]);
        Assert.Equal(VerificationStatus.IntegrityFailure, TestLedger.Verify(oddName).Status);
        Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(oddName));
    }

    [Fact]
    public void Files_longer_than_a_segment_are_refused_unread()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs sparse files");
        using TempFolder temp = new();
        LedgerOptions options = new() { Directory = temp.Of("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        LedgerPaths paths = new(options.Directory);
        LedgerWriter.Open(options, TestLedger.Signer).Close();
        foreach (uint number in new[] { 1u, 0u })
        {
            long before = 0;
            using (FileStream file = new(paths.Segment(number), FileMode.OpenOrCreate))
            {
                before = file.Length;
                file.SetLength(8L << 40);
            }

            VerificationReport report = LedgerVerifier.Verify(options.Directory, TestLedger.Signer.VerifierKey);
            Assert.Equal(VerificationStatus.IntegrityFailure, report.Status);
            Assert.Contains("8796093022208 bytes", report.Message, StringComparison.Ordinal);
            Assert.Throws<LedgerCorruptException>(() => LedgerWriter.Open(options, TestLedger.Signer));
            using (FileStream file = new(paths.Segment(number), FileMode.Open))
            {
                file.SetLength(before);
            }
        }

        Assert.Equal(VerificationStatus.Good, LedgerVerifier.Verify(options.Directory, TestLedger.Signer.VerifierKey).Status);
    }

    [Fact]
    public void Every_bit_of_the_headers_and_random_bits_of_a_larger_ledger_are_guarded()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 2000, 4000);
            writer.Close();
        }

        Random random = new(31);
        foreach (uint number in new[] { 0u, 1u })
        {
            byte[] original = storage.ReadAll(TestLedger.Paths.Segment(number));
            int padding = original.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            List<long> bits = [.. Enumerable.Range(0, 30).Select(_ => random.NextInt64(8L * original.Length)), 8L * original.Length - 1, (8L * padding) + 3];
            bits.RemoveAll(bit => bit >= 8L * original.Length);
            for (int bit = 0; bit < 64 * 8; bit += 7)
            {
                bits.Add(bit);
            }

            foreach (long bit in bits)
            {
                byte[] flipped = (byte[])original.Clone();
                flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
                storage.WriteAll(TestLedger.Paths.Segment(number), flipped);
                VerificationReport report = TestLedger.Verify(storage);
                Assert.True(report.Status == VerificationStatus.IntegrityFailure, $"segment {number} bit {bit}: {report.Message}");
            }

            storage.WriteAll(TestLedger.Paths.Segment(number), original);
        }
    }

    [Fact]
    public void Files_of_noise_end_in_a_report()
    {
        Random random = new(77);
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        byte[] original = storage.ReadAll(TestLedger.Paths.Segment(0));
        byte[] note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        for (int i = 0; i < 3000; i++)
        {
            byte[] segment = (byte[])original.Clone();
            int from = random.Next(segment.Length);
            random.NextBytes(segment.AsSpan(from, random.Next(1, Math.Min(40, segment.Length - from + 1))));
            storage.WriteAll(TestLedger.Paths.Segment(0), segment);
            byte[] noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            storage.WriteAll(TestLedger.Paths.Checkpoint, i % 2 == 0 ? noise : note);
            Assert.NotEqual(VerificationStatus.NoTrustedKey, TestLedger.Verify(storage).Status);
            try
            {
                using EntryCursor cursor = LedgerReader.Open(TestLedger.Folder, storage).ReadFrom((ulong)random.Next(400));
                while (cursor.MoveNext())
                {
                    Assert.InRange(cursor.Current.Bytes.Length, 7, LedgerLimits.MaxEntryBytes);
                }
            }
            catch (LedgerCorruptException)
            {
                // the first entry was hit
            }
        }
    }

    [Fact]
    public void A_pinned_head_tells_rollback_and_fork()
    {
        MemoryLedgerStorage storage = new();
        TreeHead early, late;
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            TestLedger.AppendMany(writer, 400, 20);
            early = writer.SealTip();
            TestLedger.AppendMany(writer, 400, 20);
            late = writer.SealTip();
            writer.Close();
        }

        VerificationReport Pinned(TreeHead head) =>
            LedgerVerifier.Verify(TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions { Files = storage, Pinned = [head] });

        Assert.Equal(VerificationStatus.Good, Pinned(early).Status);
        Assert.Equal(VerificationStatus.Good, Pinned(late).Status);
        Assert.Equal(VerificationStatus.RollbackOrFork, Pinned(late with { Size = late.Size + 1 }).Status);
        Assert.Equal(VerificationStatus.RollbackOrFork, Pinned(early with { Root = late.Root }).Status);
    }
}
