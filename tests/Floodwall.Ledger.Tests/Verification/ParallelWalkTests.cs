using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Verification;

public sealed class ParallelWalkTests
{
    private const int Cases = 200;

    [Fact]
    public void On_sound_logs_of_every_shape_it_finds_what_the_serial_walk_finds()
    {
        Random random = new(5);
        for (int run = 0; run < 12; run++)
        {
            MemoryLedgerStorage storage = Build(random, bundles: random.Next(1, 60), longest: run % 3 == 0 ? 4000 : 120, close: run % 2 == 0);
            ulong size = Serial(storage, []).Size;
            for (int pieces = 0; pieces < 4; pieces++)
            {
                ulong[] sizes = [0, 1, size, (ulong)random.NextInt64(1, (long)size + 1), (ulong)random.NextInt64(1, (long)size + 300), size / 256 * 256];
                Same(Serial(storage, sizes), Parallel(storage, sizes, 1 << random.Next(12, 22), random.Next(2, 5)), $"run {run}");
            }
        }
    }

    [Fact]
    public void On_damaged_logs_it_finds_the_same_first_problem()
    {
        Random random = new(6);
        MemoryLedgerStorage storage = Build(random, bundles: 330, longest: 200, close: true, rotations: 2);
        LedgerWalk sound = Serial(storage, []);
        Assert.Null(sound.Problem);
        Assert.Equal(2, sound.Keys!.Rotations);
        Assert.True(sound.EndSegment >= 1);
        byte[][] segments = [.. Enumerable.Range(0, sound.EndSegment + 1).Select(n => storage.ReadAll(TestLedger.Paths.Segment((uint)n)))];
        int problems = 0;
        for (int run = 0; run < Cases; run++)
        {
            uint number = (uint)random.Next(segments.Length);
            byte[] bytes = Damage(random, segments, number);
            storage.WriteAll(TestLedger.Paths.Segment(number), bytes);
            ulong[] sizes = [sound.Size, (ulong)random.NextInt64((long)sound.Size)];
            LedgerWalk expected = Serial(storage, sizes);
            Same(expected, Parallel(storage, sizes, 1 << random.Next(14, 21), random.Next(2, 4)), $"case {run} in segment {number}");
            problems += expected.Problem is null ? 0 : 1;
            storage.WriteAll(TestLedger.Paths.Segment(number), segments[number]);
        }

        Assert.InRange(problems, Cases / 2, Cases);
    }

    [Fact]
    public void Payloads_that_look_like_links_cost_time_and_change_nothing()
    {
        MemoryLedgerStorage storage = new();
        using (LedgerWriter writer = TestLedger.Open(storage))
        {
            byte[] decoy = new byte[49];
            new byte[] { 0, 47, 2, 0, 1 }.CopyTo(decoy, 0);
            decoy[9] = 1; // bundle 1, index 256
            for (int i = 0; i < 5000; i++)
            {
                TestLedger.Append(writer, 0x10, decoy);
            }

            writer.Close();
        }

        ulong[] sizes = [5000];
        Same(Serial(storage, sizes), Parallel(storage, sizes, 16 << 10, 3), "decoys");
    }

    [Fact]
    public void Reports_do_not_depend_on_the_number_of_threads()
    {
        Random random = new(7);
        MemoryLedgerStorage storage = Build(random, bundles: 200, longest: 100, close: true, rotations: 1);
        byte[] segment = storage.ReadAll(TestLedger.Paths.Segment(0));
        for (int run = 0; run < 60; run++)
        {
            byte[] bytes = (byte[])segment.Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            storage.WriteAll(TestLedger.Paths.Segment(0), bytes);
            VerificationReport one = Verify(1);
            VerificationReport many = Verify(3);
            Assert.Equal(VerificationStatus.IntegrityFailure, one.Status);
            Assert.Equal(one with { KeyNames = [] }, many with { KeyNames = [] });
        }

        storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        Assert.Equal(VerificationStatus.Good, Verify(3).Status);

        VerificationReport Verify(int threads) => LedgerVerifier.Verify(
            TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions { Files = storage, Threads = threads, PieceBytes = 64 << 10 });
    }

    [Fact]
    public void Progress_ends_at_the_whole_and_never_goes_back()
    {
        MemoryLedgerStorage storage = Build(new Random(8), bundles: 200, longest: 100, close: true);
        foreach (int threads in new[] { 1, 3 })
        {
            List<VerifyProgress> told = [];
            LedgerVerifier.Verify(TestLedger.Folder, TestLedger.Signer.VerifierKey, new VerifyOptions
            {
                Files = storage,
                Threads = threads,
                PieceBytes = 64 << 10,
                Progress = told.Add,
            });
            Assert.True(told.Count > 10);
            Assert.Equal(told.OrderBy(done => done.Entries), told);
            Assert.Equal(told.OrderBy(done => done.Bytes), told);
            Assert.Equal(told[^1].TotalBytes, told[^1].Bytes);
        }
    }

    /// <summary>A log of callers' entries of any length, closed or left as a killed process would.</summary>
    private static MemoryLedgerStorage Build(Random random, int bundles, int longest, bool close, int rotations = 0)
    {
        MemoryLedgerStorage storage = new();
        for (int part = 0; part <= rotations; part++)
        {
            using LedgerWriter writer = TestLedger.Open(storage, KeyOf(part));
            for (int i = 0; i < bundles * 256 / (rotations + 1); i++)
            {
                byte[] payload = new byte[random.Next(longest)];
                random.NextBytes(payload);
                TestLedger.Append(writer, 0x10, payload);
            }

            if (close)
            {
                writer.Close();
            }

            if (part < rotations)
            {
                KeyRotation.Rotate(TestLedger.Options, KeyOf(part), KeyOf(part + 1), storage);
            }
        }

        return storage;
    }

    private static Ed25519Signer KeyOf(int rotation) => rotation == 0
        ? TestLedger.Signer
        : Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)rotation, 32)]);

    private static byte[] Damage(Random random, byte[][] segments, uint number)
    {
        byte[] bytes = (byte[])segments[number].Clone();
        int at = random.Next(bytes.Length);
        int length = random.Next(1, Math.Min(2000, bytes.Length - at + 1));
        switch (random.Next(7))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes.AsSpan(at, length).Clear();
                return bytes;
            case 2:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 3:
                bytes.AsSpan(random.Next(bytes.Length - length), length).CopyTo(bytes.AsSpan(at));
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return (byte[])segments[random.Next(segments.Length)].Clone();
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static LedgerWalk Serial(MemoryLedgerStorage storage, ulong[] sizes) =>
        LedgerWalk.Run(storage, TestLedger.Paths, sizes, new WalkSettings { Threads = 1 });

    private static LedgerWalk Parallel(MemoryLedgerStorage storage, ulong[] sizes, int pieceBytes, int threads) =>
        LedgerWalk.Run(storage, TestLedger.Paths, sizes, new WalkSettings { Threads = threads, PieceBytes = pieceBytes });

    private static void Same(LedgerWalk expected, LedgerWalk actual, string what) => Assert.Equal(
        Describe(expected), Describe(actual) is var found && found == Describe(expected) ? found : $"{found} ({what})");

    private static string Describe(LedgerWalk walk) => string.Join('\n', [
        $"size {walk.Size}, vouched {walk.VouchedSize}, pruned {walk.PrunedSize}, ends {walk.EndSegment}/{walk.EndOffset}/{walk.BundleOffset}",
        $"root {walk.Root}, full {walk.Tip.FullSize}, digest {walk.Tip.ChainDigest}, top {walk.Tip.Root([], 0)}",
        $"problem {walk.Problem}",
        $"genesis {walk.Genesis}, keys {string.Join(", ", walk.Keys?.Keys.Select(key => key.ToString()) ?? [])}",
        .. new ulong[] { 0, 1 }.Select(size => $"root {size}: {(walk.TryGetRoot(size, out Hash256 root) ? root.ToString() : "none")}"),
        .. Roots(walk),
    ]);

    private static IEnumerable<string> Roots(LedgerWalk walk) => walk.Heads.OrderBy(head => head.Size).Select(head => head.ToString()).Distinct();
}
