using System.Buffers.Binary;
using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>
/// Walls that end at any entry, amid a snapshot, a composition or a queue, and open again under other settings, another gate, another
/// way of recording refusals: what a replay finds, from wherever it begins, is what the wall goes on with.
/// </summary>
public sealed class RandomLivesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_wall_goes_on_with_what_a_replay_finds_wherever_it_ended(int first)
    {
        Tally tally = new();
        int lives = int.TryParse(Environment.GetEnvironmentVariable("FLOODWALL_RANDOM_LIVES"), out int set) ? set : 12;
        for (int seed = first * 10_000; seed < (first * 10_000) + lives; seed++)
        {
            using TempFolder folder = new();
            Live(folder, seed, tally);
        }

        Assert.True(tally.Queued > 0 && tally.GivenUp > 0 && tally.Snapshots > 0 && tally.Cut > 0 && tally.Drained > 0, tally.ToString());
    }

    private static void Live(TempFolder folder, int seed, Tally tally)
    {
        Random random = new(seed);
        string ledger = folder.Sub("ledger-0");
        ulong tick = 0;
        for (int life = 0; life < 6; life++)
        {
            AdmissionSettings admission = CommandStream.AnyAdmission(random);
            RefusalRecording refusals = (RefusalRecording)random.Next(3);
            ulong every = random.Next(3) switch { 0 => (ulong)random.Next(1, 4), 1 => (ulong)random.Next(4, 200), _ => SnapshotSettings.MaxEntries };
            Func<Vocabulary, IEnumerable<IPolicy>> gate = TestWall.Gates[random.Next(TestWall.Gates.Count)];
            bool requeue = random.Next(2) == 0;
            WallOptions options = TestWall.Options(ledger, admission, refusals, policies: gate, requeue: requeue).With(every);
            string where = $"seed {seed}, life {life}, {refusals}, snapshots every {every}, {(requeue ? "requeues" : "gives up")} what waits";
            ulong kept;
            using (Wall wall = Wall.Open(options))
            {
                // What it opened with is what a replay of what it wrote so far has.
                kept = wall.Sizes.Appended;
                string opened = CommandStream.Crash(ledger, folder.Sub($"opened-{life}"));
                Require(Agree(opened, where).Digest == wall.ComputeStateDigest(), $"{where}: opened with another state");
                tally.Queued += wall.Queued;
                tally.GivenUp += wall.Resumed!.GivenUp;
                foreach (WallCommand command in Commands(seed + life, random.Next(1, 400), wall.Vocabulary, tick))
                {
                    CommandStream.Feed(wall, in command);
                }

                if (random.Next(3) == 0)
                {
                    wall.Drain();
                    string drained = CommandStream.Crash(ledger, folder.Sub($"drained-{life}"));
                    Require(Agree(drained, where).Digest == wall.ComputeStateDigest(), $"{where}: drained with another state");
                    tally.Drained++;
                }

                tick = wall.Clock;
                string next = CommandStream.Crash(ledger, folder.Sub($"ledger-{life + 1}"));
                if (random.Next(3) != 0)
                {
                    CutTo(next, kept + (ulong)random.NextInt64((long)(wall.Sizes.Appended - kept) + 1));
                    tally.Cut++;
                }

                ledger = next;
                tally.Snapshots += TestWall.Replay(ledger).Snapshots;
            }

            Agree(ledger, where);
        }
    }

    /// <summary>The state that a ledger gives, from its beginning and from its latest snapshot.</summary>
    private static PlaneState Agree(string ledger, string where)
    {
        ReplayReport all = TestWall.Replay(ledger);
        Require(all.MismatchCount == 0, $"{where}: {string.Join("; ", all.Mismatches)}");
        ReplayReport late = TestWall.Replay(ledger, new ReplayOptions { FromSnapshot = true });
        Require(late.MismatchCount == 0, $"{where}, from its snapshot: {string.Join("; ", late.Mismatches)}");
        Require(all.State.Digest == late.State.Digest, $"{where}: another state from its snapshot: {StateComparison.Explain(all.State, late.State)}");
        return all.State;
    }

    private static IEnumerable<WallCommand> Commands(int seed, int count, Vocabulary vocabulary, ulong from)
    {
        foreach (WallCommand next in CommandStream.Of(seed, count, vocabulary, swaps: true))
        {
            WallCommand command = next;
            command.Tick += command.Kind == CommandKind.Advance ? from : 0;
            if (command.Kind == CommandKind.Submit)
            {
                command.Intent.SubmittedTick += from;
            }

            yield return command;
        }
    }

    /// <summary>Leaves a ledger its first entries, as if the process had ended behind them.</summary>
    private static void CutTo(string ledger, ulong entries)
    {
        ulong index = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(ledger, "segments")).Order(StringComparer.Ordinal))
        {
            byte[] segment = File.ReadAllBytes(path);
            int at = LedgerLimits.SegmentHeaderBytes;
            while (index < entries && at + 2 <= segment.Length && BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(at)) is > 0 and ushort length)
            {
                at += 2 + length;
                index++;
            }

            if (index < entries)
            {
                continue;
            }

            if (at == LedgerLimits.SegmentHeaderBytes)
            {
                File.Delete(path);
                continue;
            }

            segment.AsSpan(at).Clear();
            File.WriteAllBytes(path, segment);
        }
    }

    private static void Require(bool holds, string what) => Assert.True(holds, what);

    private sealed record Tally
    {
        public int Queued { get; set; }

        public int GivenUp { get; set; }

        public int Snapshots { get; set; }

        public int Cut { get; set; }

        public int Drained { get; set; }
    }
}
