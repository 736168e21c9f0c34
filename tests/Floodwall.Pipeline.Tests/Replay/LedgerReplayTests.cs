using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>The state from the ledger alone against the state of the wall that wrote it.</summary>
public sealed class LedgerReplayTests
{
    [Theory]
    [InlineData(RefusalRecording.CountPerTick)]
    [InlineData(RefusalRecording.Each)]
    [InlineData(RefusalRecording.None)]
    public void The_state_before_a_crash_is_the_state_after_a_replay(RefusalRecording refusals)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using TempFolder folder = new();
            Random random = new(1000 + seed);
            WallOptions options = TestWall.Options(folder.Sub("ledger"), CommandStream.AnyAdmission(random), refusals)
                .With(snapshotEvery: (ulong)random.Next(1, 400));
            using Wall wall = Wall.Open(options);
            int crash = random.Next(1500);
            foreach (WallCommand command in CommandStream.Of(seed, crash, wall.Vocabulary, swaps: true))
            {
                CommandStream.Feed(wall, in command);
            }

            wall.Drain();
            ReplayReport report = TestWall.Replay(CommandStream.Crash(folder.Sub("ledger"), folder.Sub("crashed")));
            Assert.Empty(report.Mismatches);
            Assert.Equal(0ul, report.NotJudged);
            Assert.Equal(wall.Counters.Decided, report.Judged);
            Assert.Equal(wall.ComputeStateDigest(), report.State.Digest);
            Assert.Equal(wall.Clock, report.State.Clock);
            Assert.Equal(
                refusals == RefusalRecording.None ? 0 : wall.Counters.Refused,
                report.State.Counters.Refused);
            Assert.Null(report.TornEnd);
            wall.Close();

            // Closing adds a snapshot at most: the same state still.
            ReplayReport closed = TestWall.Replay(folder.Sub("ledger"));
            Assert.Empty(closed.Mismatches);
            Assert.Equal(report.State.Digest, closed.State.Digest);
        }
    }

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public void Every_topology_writes_the_same_snapshots_at_the_same_places(Topology topology)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            using TempFolder folder = new();
            Random random = new(2000 + seed);
            AdmissionSettings admission = CommandStream.AnyAdmission(random);
            ulong every = (ulong)random.Next(1, 200);
            Crypto.Hash256 digest;
            using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("plain"), admission).With(every)))
            {
                foreach (WallCommand command in CommandStream.Of(seed, 1000, wall.Vocabulary, swaps: true))
                {
                    CommandStream.Feed(wall, in command);
                }

                wall.Drain();
                digest = wall.ComputeStateDigest();
            }

            PipelineOptions layout = new() { Topology = topology, IngressSlots = 64, DecisionSlots = 64 };
            using (FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(folder.Sub("threaded"), admission).With(every), layout))
            {
                foreach (WallCommand command in CommandStream.Of(seed, 1000, pipeline.Vocabulary, swaps: true))
                {
                    CommandStream.Feed(pipeline, in command);
                }

                pipeline.Drain();
            }

            string Segment(string name) => Path.Combine(folder.Sub(name), "segments", "00000000.seg");
            Assert.Equal(File.ReadAllBytes(Segment("plain")), File.ReadAllBytes(Segment("threaded")));
            ReplayReport report = TestWall.Replay(folder.Sub("threaded"));
            Assert.True(report.Snapshots > 1);
            Assert.Empty(report.Mismatches);
            Assert.Equal(digest, report.State.Digest);
        }
    }

    [Fact]
    public void Nobody_is_told_of_anything()
    {
        using TempFolder folder = new();
        Recorder told = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), handler: told)))
        {
            foreach (WallCommand command in CommandStream.Of(1, 300, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        int before = told.Told.Count;
        TestWall.Replay(folder.Sub("ledger"));
        Wall.Open(TestWall.Options(folder.Sub("ledger"), handler: told)).Dispose();
        Assert.Equal(before, told.Told.Count);
    }

    [Fact]
    public void Ends_where_it_is_told_to()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 4, refillPerTick: 1))))
        {
            foreach (WallCommand command in CommandStream.Of(3, 500, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        ulong size = TestWall.Replay(folder.Sub("ledger")).Size;
        ulong decided = 0;
        for (ulong to = 0; to < size; to++)
        {
            ReplayReport report = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { To = to });
            Assert.Equal(to + 1, report.Size);
            Assert.InRange(report.State.Counters.Decided, decided, decided + 1);
            decided = report.State.Counters.Decided;
            Assert.Empty(report.Mismatches);
        }
    }

    [Fact]
    public void A_changed_verdict_is_named_though_the_signature_is_good()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"))))
        {
            foreach (WallCommand command in CommandStream.Of(5, 600, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        ulong changed = 0;
        Rewrite(folder.Sub("ledger"), folder.Sub("forged"), (index, kind, payload) =>
        {
            if (kind == WallEntryKinds.Decision && index > 200 && changed == 0 && payload[1] == (byte)VerdictKind.Reject)
            {
                changed = index;
                payload[1..7].Clear(); // Admit, no rule, no detail
            }
        });
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("forged")).Status);
        Assert.Empty(TestWall.Replay(folder.Sub("ledger")).Mismatches);

        ReplayReport report = TestWall.Replay(folder.Sub("forged"));
        Assert.NotEqual(0ul, changed);
        Assert.Equal(changed, report.Mismatches[0].EntryIndex);
        Assert.Contains("Admit is on record", report.Mismatches[0].What, StringComparison.Ordinal);

        // The closing snapshot still counts it as it was.
        Assert.Contains(report.Mismatches, m => m.What.StartsWith("snapshot: the counters", StringComparison.Ordinal));
    }

    [Fact]
    public void A_decision_given_to_another_agent_is_noticed()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 20, refillPerTick: 0)).With(50)))
        {
            foreach (WallCommand command in CommandStream.Of(6, 600, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        int seen = 0;
        byte agent = 0;
        Rewrite(folder.Sub("ledger"), folder.Sub("forged"), (_, kind, payload) =>
        {
            // The same agent in every decision of the first ones: more than its bucket holds.
            if (kind == WallEntryKinds.Decision && seen++ < 25)
            {
                agent = seen == 1 ? payload[15] : agent;
                payload[15] = agent;
            }
        });
        ReplayReport report = TestWall.Replay(folder.Sub("forged"));
        Assert.Contains(report.Mismatches, m => m.What.Contains("had no token", StringComparison.Ordinal));
        Assert.Contains(report.Mismatches, m => m.What.StartsWith("snapshot: ", StringComparison.Ordinal));
    }

    [Fact]
    public void After_decisions_that_could_not_be_recorded_a_snapshot_is_taken_at_its_word()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 40, refillPerTick: 0)).With(60)))
        {
            foreach (WallCommand command in CommandStream.Of(11, 300, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        // The token of one decision goes to another agent, and nothing but the first snapshot shows it: the bursts last until then.
        Assert.Equal(1ul, Exchange(20, said: false).MismatchCount);
        ReplayReport report = Exchange(20, said: true);
        Assert.Equal(0ul, report.MismatchCount);
        Assert.Contains(report.Notes, note => note.StartsWith("1 decisions could not be recorded", StringComparison.Ordinal));

        ReplayReport Exchange(int decision, bool said)
        {
            int decisions = 0;
            int snapshots = 0;
            string forged = folder.Sub($"forged-{decision}-{said}");
            Rewrite(folder.Sub("ledger"), forged, (index, kind, payload) =>
            {
                if (kind == WallEntryKinds.Decision && decisions++ == decision)
                {
                    payload[15] = payload[15] == 4 ? (byte)5 : (byte)4;
                }

                if (kind == WallEntryKinds.Snapshot && snapshots++ == 0)
                {
                    payload[PartWriter.HeaderBytes] = said ? (byte)1 : (byte)0;
                }
            });
            ReplayReport replayed = TestWall.Replay(forged);
            Assert.DoesNotContain(replayed.Notes, note => !said && note.Contains("could not be recorded", StringComparison.Ordinal));
            Assert.Equal(TestWall.Replay(folder.Sub("ledger")).State.Digest, replayed.State.Digest);
            return replayed;
        }
    }

    [Fact]
    public void What_cannot_be_judged_is_said()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: _ => [new Undescribed()])))
        {
            foreach (WallCommand command in CommandStream.Of(7, 50, wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }
        }

        ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
        Assert.Equal(0ul, report.Judged);
        Assert.NotEqual(0ul, report.NotJudged);
        Assert.Contains(report.Notes, note => note.Contains("no description", StringComparison.Ordinal));
        Assert.Equal(typeof(Undescribed).FullName, report.State.Policies[0].Text);

        // With the policy at hand all of it can be.
        ReplayReport judged = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { Policies = (_, _) => [new Undescribed()] });
        Assert.Equal((report.NotJudged, 0ul), (judged.Judged, judged.NotJudged));
        Assert.Empty(judged.Mismatches);
    }

    [Fact]
    public void An_entry_that_no_wall_writes_is_named()
    {
        using TempFolder folder = new();
        using (LedgerWriter ledger = LedgerWriter.Open(
            new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer))
        {
            ledger.Begin(WallEntryKinds.Settings, 3, out _);
            ledger.Commit();
            ledger.Close();
        }

        LedgerCorruptException fault = Assert.Throws<LedgerCorruptException>(() => TestWall.Replay(folder.Sub("ledger")));
        Assert.Contains("entry 1: settings have 3 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_used_before_it_is_defined_is_named()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"))))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            wall.Submit(new Intent { Agent = agents[0], Resource = resources[0] });
        }

        Rewrite(folder.Sub("ledger"), folder.Sub("forged"), (_, kind, payload) =>
        {
            if (kind == WallEntryKinds.Decision)
            {
                payload[18] = 0xFF;
            }
        });
        LedgerCorruptException fault = Assert.Throws<LedgerCorruptException>(() => TestWall.Replay(folder.Sub("forged")));
        Assert.Contains("is not defined before it", fault.Message, StringComparison.Ordinal);
    }

    private delegate void Change(ulong index, byte kind, Span<byte> payload);

    /// <summary>Writes a ledger again, with changes, under the same key: links, roots and signature are those of the changed one.</summary>
    private static void Rewrite(string from, string to, Change change)
    {
        using LedgerWriter ledger = LedgerWriter.Open(
            new LedgerOptions { Directory = to, SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer);
        using EntryCursor cursor = LedgerReader.Open(from).ReadFrom(0);
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            if (entry.Kind >= LedgerLimits.FirstCallerKind)
            {
                Span<byte> payload = ledger.Begin(entry.Kind, entry.Payload.Length, out ulong index);
                Assert.Equal(entry.Index, index);
                entry.Payload.CopyTo(payload);
                change(index, entry.Kind, payload);
                ledger.Commit();
            }
        }

        ledger.Close();
    }

    private sealed class Undescribed : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) => Verdict.Admit;
    }
}
