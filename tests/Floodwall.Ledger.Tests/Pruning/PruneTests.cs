using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Pruning;

public sealed class PruneTests
{
    private const byte Kept = 0x20;

    [Fact]
    public void What_is_left_verifies_reads_and_is_appended_to()
    {
        MemoryLedgerStorage storage = Build(out List<byte[]> all, out byte[] note);
        MemoryLedgerStorage before = storage.Clone();
        PruneReport dry = Prune(storage, 2000, apply: false);
        Assert.False(dry.Applied);
        Assert.Equal(before.Paths, storage.Paths);
        PruneReport report = Prune(storage, 2000);
        Assert.Equal(dry with { Applied = true }, report);
        Assert.InRange(report.PrunedSize, 1000UL, 1999UL);
        Assert.Equal(0UL, report.PrunedSize % 256);
        Assert.DoesNotContain(TestLedger.Paths.Segment(0), storage.Paths);

        VerificationReport verified = TestLedger.Verify(storage);
        Assert.True(verified.Status == VerificationStatus.Good, verified.Message);
        Assert.Equal((report.PrunedSize, (ulong)all.Count), (verified.PrunedSize, verified.SignedSize));
        Assert.Contains($"entries 0 to {report.PrunedSize - 1} were pruned, vouched for by the frontier", verified.Message, StringComparison.Ordinal);
        Assert.Equal(TestLedger.Verify(before).Root, verified.Root);
        AssertReads(storage, all, report.PrunedSize);

        // A second cut goes on from the first, a repeated one finds nothing.
        Assert.Equal(0, Prune(storage, 2000).Segments);
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            Assert.Equal((ulong)all.Count, writer.Report.AppendedSize);
            for (int i = 0; i < 600; i++)
            {
                AppendTracked(writer, all, i);
            }

            writer.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        PruneReport further = LedgerPruner.PruneBefore(TestLedger.Options, note, kind => kind == Kept, apply: true, storage);
        Assert.True(further.PrunedSize > report.PrunedSize);
        verified = TestLedger.Verify(storage);
        Assert.True(verified.Status == VerificationStatus.Good, verified.Message);
        AssertReads(storage, all, further.PrunedSize);
        Assert.Equal(NaiveTree.Root(all), Bytes(verified.Root!.Value));
    }

    [Fact]
    public void A_known_checkpoint_is_compared_or_said_to_lie_among_the_pruned()
    {
        MemoryLedgerStorage storage = Build(out List<byte[]> all, out _);
        ulong pruned = Prune(storage, 2000).PrunedSize;
        Assert.Equal(VerificationStatus.Good, Pinned(pruned));
        Assert.Equal(VerificationStatus.Good, Pinned(pruned + 1));
        Assert.Equal(VerificationStatus.Unreadable, Pinned(pruned - 3));
        Assert.Equal(VerificationStatus.RollbackOrFork, LedgerVerifier.Verify(TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions
        {
            Files = storage,
            Pinned = [new TreeHead(pruned, default)],
        }).Status);

        VerificationStatus Pinned(ulong size) => LedgerVerifier.Verify(TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions
        {
            Files = storage,
            Pinned = [new TreeHead(size, Hash256.Read(NaiveTree.Root(all, 0, (int)size)))],
        }).Status;
    }

    [Fact]
    public void Every_bit_of_the_pruned_file_is_guarded_even_where_its_digest_is_made_to_fit()
    {
        MemoryLedgerStorage storage = Build(out _, out _);
        Prune(storage, 2000);
        byte[] original = storage.ReadAll(TestLedger.Paths.Pruned);
        Random random = new(3);
        for (int run = 0; run < 400; run++)
        {
            byte[] flipped = (byte[])original.Clone();
            int bit = random.Next((flipped.Length - 32) * 8);
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (run % 2 == 0)
            {
                Sha256.Hash(flipped.AsSpan(..^32)).CopyTo(flipped.AsSpan(^32..));
            }

            storage.WriteAll(TestLedger.Paths.Pruned, flipped);
            AssertRefused(storage, $"bit {bit}");
        }

        for (int bit = (original.Length - 32) * 8; bit < original.Length * 8; bit++)
        {
            byte[] flipped = (byte[])original.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            storage.WriteAll(TestLedger.Paths.Pruned, flipped);
            AssertRefused(storage, $"digest bit {bit}");
        }

        for (int length = 0; length < original.Length; length += 7)
        {
            storage.WriteAll(TestLedger.Paths.Pruned, original.AsSpan(0, length));
            AssertRefused(storage, $"cut to {length}");
        }

        storage.Delete(TestLedger.Paths.Pruned);
        AssertRefused(storage, "deleted");
        storage.WriteAll(TestLedger.Paths.Pruned, original);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/ledgers/old")]
    public void A_crash_at_any_step_leaves_a_ledger_that_verifies_and_pruning_again_finishes(string? recycle)
    {
        MemoryLedgerStorage built = Build(out _, out _);
        ulong pruned = Prune(built.Clone(), 6000).PrunedSize;
        for (int fail = 0; ; fail++)
        {
            MemoryLedgerStorage storage = built.Clone();
            int step = 0;
            FaultyStorage faulty = new(storage)
            {
                Before = (_, _) =>
                {
                    if (step++ == fail)
                    {
                        throw new IOException("power cut");
                    }
                },
            };
            try
            {
                PruneReport report = LedgerPruner.PruneBefore(
                    TestLedger.Options with { RecycleDirectory = recycle }, 6000, kind => kind == Kept, apply: true, faulty);

                // A file that cannot be kept is deleted, and nothing fails.
                if (step > fail)
                {
                    Assert.InRange(report.Recycled, 1, report.Segments - 1);
                    Assert.DoesNotContain(TestLedger.Paths.Segment(0), storage.Paths);
                    Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
                    continue;
                }

                Assert.Equal(recycle is null ? 0 : report.Segments, report.Recycled);
                Assert.InRange(fail, 3, 40);
                return;
            }
            catch (IOException)
            {
                Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
                TestLedger.Open(storage.Clone()).Close();
                Assert.Equal(pruned, Prune(storage, 6000).PrunedSize);
                Assert.DoesNotContain(TestLedger.Paths.Segment(0), storage.Paths);
                Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
            }
        }
    }

    [Fact]
    public void What_must_not_be_pruned_is_refused_and_nothing_changes()
    {
        MemoryLedgerStorage storage = Build(out List<byte[]> all, out byte[] note);
        Assert.Throws<ArgumentException>(() => Prune(storage, (ulong)all.Count + 1));
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            Assert.Throws<LedgerLockedException>(() => Prune(storage, 2000));
            writer.Close();
        }

        byte[] foreign = (byte[])note.Clone();
        foreign[^10] ^= 1;
        Assert.ThrowsAny<Exception>(() => LedgerPruner.PruneBefore(TestLedger.Options, foreign, _ => true, apply: true, storage));
        CheckpointNoteWriter notes = new(TestLedger.Signer);
        byte[] fork = new byte[notes.MaxLength];
        int length = notes.Write(2000, default, fork);
        Assert.Throws<LedgerForkException>(() => LedgerPruner.PruneBefore(TestLedger.Options, fork.AsSpan(0, length), _ => true, apply: true, storage));

        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(1));
        segment[500_000] ^= 1;
        storage.WriteAll(TestLedger.Paths.Segment(1), segment);
        Assert.Throws<LedgerCorruptException>(() => Prune(storage, 2000));
        Assert.Contains(TestLedger.Paths.Segment(0), storage.Paths);
        Assert.DoesNotContain(TestLedger.Paths.Pruned, storage.Paths);
    }

    [Fact]
    public void Rotations_survive_pruning_and_recovery_works_above_it()
    {
        MemoryLedgerStorage storage = Build(out List<byte[]> all, out _);
        Ed25519Signer second = Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)2, 32)]);
        KeyRotation.Rotate(TestLedger.Options, TestLedger.Signer, second, storage);
        ulong signed;
        using (LedgerWriter writer = TestLedger.Open(storage, second))
        {
            TestLedger.AppendMany(writer, 2500, 4000);
            writer.Publisher.Publish(writer.SealTip());
            signed = writer.SignedSize;
            TestLedger.AppendMany(writer, 40, 100);
        }

        PruneReport report = Prune(storage, signed);
        Assert.True(report.PrunedSize > (ulong)all.Count);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage, second.VerifierKey).Status);
        Assert.Throws<LedgerKeyException>(() => TestLedger.Open(storage));

        // A torn entry behind the last: cut, as in a ledger that was never pruned.
        uint last = 0;
        while (storage.Paths.Contains(TestLedger.Paths.Segment(last + 1)) || !storage.Paths.Contains(TestLedger.Paths.Segment(last)))
        {
            last++;
        }

        byte[] bytes = storage.ReadAll(TestLedger.Paths.Segment(last));
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        bytes[end - 103] ^= 0x80; // within the last entry's header
        storage.WriteAll(TestLedger.Paths.Segment(last), bytes);
        using (LedgerWriter writer = TestLedger.Open(storage, second))
        {
            Assert.Equal(RecoveryReason.DamagedTail, writer.Report.Recovery);
            writer.Close();
        }

        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage).Status);
    }

    [Fact]
    public void Proofs_of_what_is_left_are_the_same_and_of_pruned_entries_are_refused()
    {
        MemoryLedgerStorage storage = Build(out List<byte[]> all, out _);
        LedgerProver before = Prover();
        ulong pruned = Prune(storage.Clone(), 2000).PrunedSize;
        ulong[] left = [pruned, pruned + 77, (ulong)all.Count - 1];
        Hash256[][] proofs = [.. left.Select(before.Inclusion)];
        Hash256[] consistency = before.Consistency(pruned + 5, (ulong)all.Count);
        Prune(storage, 2000);
        LedgerProver after = Prover();
        Assert.Equal(proofs, left.Select(after.Inclusion));
        Assert.Equal(consistency, after.Consistency(pruned + 5, (ulong)all.Count));
        Assert.Throws<InvalidDataException>(() => after.Inclusion(5));

        Ed25519Signer second = Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)2, 32)]);
        KeyRotation.Rotate(TestLedger.Options, TestLedger.Signer, second, storage);
        Assert.NotEmpty(Prover().Inclusion(pruned));

        LedgerProver Prover() => LedgerProver.Open(TestLedger.Folder, [TestLedger.Signer.VerifierKey], storage);
    }

    [Fact]
    public void More_kept_entries_than_the_file_can_hold_are_refused_before_they_are_gathered()
    {
        MemoryLedgerStorage storage = Build(out _, out _);
        SegmentCatalog catalog = SegmentCatalog.Read(storage, TestLedger.Paths);
        ulong size = Prune(storage.Clone(), 2000).PrunedSize;
        LedgerFullException full = Assert.Throws<LedgerFullException>(
            () => new PrunedPrefixBuilder(_ => true, maxBytes: 100_000).Build(storage, TestLedger.Paths, catalog, 1, size));
        Assert.Contains("100000 bytes", full.Message, StringComparison.Ordinal);
        PrunedPrefix all = new PrunedPrefixBuilder(_ => true).Build(storage, TestLedger.Paths, catalog, 1, size);
        int bytes = PrunedFile.Encode(all).Length;
        new PrunedPrefixBuilder(_ => true, bytes).Build(storage, TestLedger.Paths, catalog, 1, size);
        Assert.Throws<LedgerFullException>(() => new PrunedPrefixBuilder(_ => true, bytes - 1).Build(storage, TestLedger.Paths, catalog, 1, size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Any_choice_of_kept_entries_folds_to_the_same_frontier(int threads)
    {
        MemoryLedgerStorage built = Build(out _, out _);
        Hash256 root = TestLedger.Verify(built).Root!.Value;
        Random random = new(11);
        for (int run = 0; run < 6; run++)
        {
            MemoryLedgerStorage storage = built.Clone();
            int odds = random.Next(1, 40);
            PruneReport report = LedgerPruner.PruneBefore(TestLedger.Options, 6000, _ => random.Next(odds) == 0, apply: true, storage);
            Assert.True(report.Segments > 0);
            VerificationReport verified = LedgerVerifier.Verify(TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions
            {
                Files = storage,
                Threads = threads,
                PieceBytes = 256 << 10,
            });
            Assert.True(verified.Status == VerificationStatus.Good, verified.Message);
            Assert.Equal(root, verified.Root);
        }
    }

    private static byte[] Bytes(Hash256 hash)
    {
        byte[] bytes = new byte[Hash256.Size];
        hash.CopyTo(bytes);
        return bytes;
    }

    private static void AssertRefused(MemoryLedgerStorage storage, string what)
    {
        VerificationReport report = TestLedger.Verify(storage);
        Assert.True(report.Status == VerificationStatus.IntegrityFailure, $"{what}: {report.Status} {report.Message}");
        Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
    }

    /// <summary>The cursor gives the kept entries and then everything; bundles below the cut are gone.</summary>
    private static void AssertReads(MemoryLedgerStorage storage, List<byte[]> all, ulong pruned)
    {
        LedgerReader reader = LedgerReader.Open(TestLedger.Folder, storage);
        Assert.Equal((pruned, TestLedger.Signer.Name), (reader.PrunedSize, reader.Genesis.Origin));
        foreach (ulong from in new ulong[] { 0, 1, pruned - 1, pruned, pruned + 300 })
        {
            using EntryCursor cursor = reader.ReadFrom(from);
            for (int i = (int)from; i < all.Count; i++)
            {
                if ((ulong)i < pruned && all[i][0] != Kept && i != 0)
                {
                    continue;
                }

                Assert.True(cursor.MoveNext());
                Assert.Equal((ulong)i, cursor.Current.Index);
                Assert.Equal(all[i], cursor.Current.Bytes.ToArray());
            }

            Assert.False(cursor.MoveNext());
            Assert.Null(cursor.Problem);
        }

        byte[] bundle = new byte[LedgerLimits.MaxBundleBytes];
        Assert.Equal(0, reader.ReadBundle((pruned / 256) - 1, bundle, out int count));
        Assert.Equal(0, count);
        reader.ReadBundle(pruned / 256, bundle, out count);
        Assert.Equal(Math.Min(256, all.Count - (int)pruned), count);
    }

    private static PruneReport Prune(ILedgerStorage storage, ulong limit, bool apply = true) =>
        LedgerPruner.PruneBefore(TestLedger.Options, limit, kind => kind == Kept, apply, storage);

    /// <summary>Some segments of long entries, every 97th of a kind that is kept.</summary>
    private static MemoryLedgerStorage Build(out List<byte[]> all, out byte[] note)
    {
        MemoryLedgerStorage storage = new();
        List<byte[]> callers = [];
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            for (int i = 0; i < 7000; i++)
            {
                AppendTracked(writer, callers, i);
            }

            writer.Close();
        }

        all = TestLedger.ReadAll(storage);
        note = storage.ReadAll(TestLedger.Paths.Checkpoint);
        return storage;
    }

    private static void AppendTracked(LedgerWriter writer, List<byte[]> all, int i)
    {
        byte[] payload = new byte[2000 + (i % 900)];
        BinaryPrimitives.WriteInt32LittleEndian(payload, i);
        ulong before = writer.AppendedSize;
        byte[] entry = TestLedger.Append(writer, i % 97 == 0 ? Kept : (byte)0x10, payload);
        if (writer.AppendedSize - before == 2)
        {
            all.Add(LinkBefore(all)); // only while a caller tracks whole ledgers
        }

        all.Add(entry);
    }

    private static byte[] LinkBefore(List<byte[]> all)
    {
        ulong bundle = (ulong)all.Count / 256;
        byte[] entry = new byte[7 + LinkEntry.PayloadBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(entry, EntryKinds.Link | ((ulong)all.Count << 8));
        byte[] digest = all.Count < 256 ? new byte[32] : NaiveTree.Root(all, all.Count - 256, 256);
        new LinkEntry(bundle, Hash256.Read(digest)).Encode(entry.AsSpan(7));
        return entry;
    }
}
