namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>A wall that crashed and opened again against one that never did.</summary>
public sealed class ResumeTests
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, Topology.Fused)]
    [InlineData(true, Topology.Paired)]
    [InlineData(true, Topology.Split)]
    public void Goes_on_exactly_as_if_nothing_had_happened(bool snapshots, Topology? topology)
    {
        int waited = 0;
        for (int seed = 0; seed < (topology is null ? 20 : 6); seed++)
        {
            using TempFolder folder = new();
            Random random = new(3000 + seed);
            AdmissionSettings admission = CommandStream.AnyAdmission(random);
            ulong every = snapshots ? (ulong)random.Next(1, 200) : SnapshotSettings.MaxEntries;
            int crash = random.Next(800);
            const int Count = 1200;

            Outcomes told = new();
            int atCrash = 0;
            using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), admission, handler: told).With(every)))
            {
                told.Names = wall.Vocabulary;
                int i = 0;
                foreach (WallCommand command in CommandStream.Of(seed, Count, wall.Vocabulary))
                {
                    if (i++ == crash)
                    {
                        wall.Drain();
                        CommandStream.Crash(folder.Sub("ledger"), folder.Sub("crashed"));
                        atCrash = told.Lines.Count;
                    }

                    CommandStream.Feed(wall, in command);
                }
            }

            Outcomes resumed = new();
            WallOptions options = TestWall.Options(folder.Sub("crashed"), admission, handler: resumed).With(every);
            if (topology is { } layout)
            {
                using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = layout, IngressSlots = 64 });
                resumed.Names = pipeline.Vocabulary;
                foreach (WallCommand command in CommandStream.Of(seed, Count, pipeline.Vocabulary).Skip(crash))
                {
                    CommandStream.Feed(pipeline, in command);
                }
            }
            else
            {
                using Wall wall = Wall.Open(options);
                resumed.Names = wall.Vocabulary;
                foreach (WallCommand command in CommandStream.Of(seed, Count, wall.Vocabulary).Skip(crash))
                {
                    CommandStream.Feed(wall, in command);
                }
            }

            Assert.Equal(told.Lines.Skip(atCrash), resumed.Lines);
            ReplayReport report = TestWall.Replay(folder.Sub("crashed"));
            Assert.Empty(report.Mismatches);
            Assert.Equal(Shown(TestWall.Replay(folder.Sub("ledger")).State), Shown(report.State));
            waited += resumed.Waited;
        }

        Assert.True(waited > 100, "the streams were meant to make intents wait");
    }

    [Fact]
    public void What_waited_unrecorded_is_gone_with_its_tokens_and_nothing_else()
    {
        int lost = 0;
        int kept = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            using TempFolder folder = new();
            Random random = new(4000 + seed);
            AdmissionSettings admission = CommandStream.AnyAdmission(random);
            Recorder told = new();
            WallOptions options = TestWall.Options(folder.Sub("ledger"), admission, handler: told).With((ulong)random.Next(1, 40));
            using Wall wall = Wall.Open(options);
            foreach (WallCommand command in CommandStream.Of(seed, random.Next(1, 800), wall.Vocabulary))
            {
                CommandStream.Feed(wall, in command);
            }

            // No drain: the queue may hold intents when the process ends.
            string crashed = CommandStream.Crash(folder.Sub("ledger"), folder.Sub("crashed"));
            ReplayReport report = TestWall.Replay(crashed);
            Assert.Empty(report.Mismatches);
            PlaneState state = report.State;
            Assert.InRange(state.Queued, 0, wall.Queued);
            Assert.InRange(state.Clock, told.Told.Select(t => t.Decision.Outcome == Outcome.Decided ? t.Decision.Tick : 0).DefaultIfEmpty().Max(), wall.Clock);
            lost += wall.Queued - state.Queued;
            kept += state.Queued;

            // A plain model: per agent, the tokens of what was decided or waits on record, in the order of admission.
            IEnumerable<(Symbol Agent, ulong Tick)> debits = Admissions(crashed)
                .Concat(state.Pending.Select(p => (p.Intent.Agent, p.AdmittedTick)));
            foreach (IGrouping<Symbol, (Symbol Agent, ulong Tick)> agent in debits.GroupBy(d => d.Agent))
            {
                (decimal tokens, ulong last) = (admission.BurstUnits, 0);
                foreach (ulong tick in agent.Select(d => d.Tick).Order())
                {
                    tokens = Math.Min(admission.BurstUnits, tokens + ((decimal)(tick - last) * admission.RefillUnits)) - AdmissionSettings.TokenScale;
                    last = tick;
                }

                Assert.Equal(new AgentTokens(agent.Key, (long)tokens, last), state.Tokens.Single(t => t.Agent == agent.Key));
            }

            Assert.Equal(debits.Select(d => d.Agent).Distinct().Count(), state.Agents);

            // What waits on record is decided in the end, and what is said of it adds up.
            Recorder resumed = new();
            using (Wall again = Wall.Open(TestWall.Options(crashed, admission, handler: resumed, requeue: true)))
            {
                Assert.Equal(state.Queued, again.Resumed!.Queued);
                Assert.Equal(state.Clock, again.Clock);
            }

            Assert.Equal(
                state.Pending.Select(p => (p.Intent.Agent, p.Intent.Id)).Order(Comparer<(Symbol Agent, ulong Id)>.Create(Compare)),
                resumed.Told.Select(t => (t.Intent.Agent, t.Intent.Id)).Order(Comparer<(Symbol Agent, ulong Id)>.Create(Compare)));
            ReplayReport after = TestWall.Replay(crashed);
            Assert.Empty(after.Mismatches);
            Assert.Equal(0, after.State.Queued);
        }

        Assert.True(lost > 20 && kept > 20, $"{lost} lost, {kept} kept: both were meant to happen");
    }

    [Fact]
    public void What_waits_in_a_snapshot_keeps_its_names_and_attributes()
    {
        using TempFolder folder = new();
        WallOptions options = TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(releasePerTick: 1)).With(2);
        using Wall wall = Wall.Open(options);
        SymbolTable symbols = wall.Vocabulary.Symbols;
        Intent plain = new() { Agent = symbols.Intern("first"), Resource = symbols.Intern("web"), Id = 1 };
        Intent waiting = new()
        {
            Id = 2,
            Agent = symbols.Intern("waits"),
            Resource = symbols.Intern("api"),
            Topic = symbols.Intern("topic"),
            Attributes = wall.Vocabulary.Attributes.Intern(new AttributeSetBuilder().Add(symbols.Intern("cidr"), symbols.Intern("10.0.0.0/8"))),
        };
        wall.Submit(in plain);
        wall.Submit(in waiting);
        wall.Submit(plain with { Id = 3, Priority = Priority.Pager });
        wall.AdvanceTo(1);

        // Two outcomes, and none of the one that waits: the names that another wall learns first must not become its.
        string crashed = CommandStream.Crash(folder.Sub("ledger"), folder.Sub("crashed"));
        Recorder told = new();
        using Wall again = Wall.Open(TestWall.Options(crashed, new AdmissionSettings(releasePerTick: 1), handler: told, requeue: true));
        Assert.Equal(1, again.Resumed!.Queued);
        foreach (int i in Enumerable.Range(0, 10))
        {
            again.Vocabulary.Symbols.Intern($"other-{i}");
        }

        again.Drain();
        Intent decided = told.Told.Single().Intent;
        Vocabulary names = again.Vocabulary;
        Assert.Equal(("waits", "api", "topic"), (names.NameOf(decided.Agent), names.NameOf(decided.Resource), names.NameOf(decided.Topic)));
        Assert.True(names.Symbols.TryFind("cidr", out Symbol cidr));
        Assert.True(names.FindAttributes(decided.Attributes)!.TryGet(cidr, out AttributeValue value));
        Assert.Equal("10.0.0.0/8", names.NameOf(value.AsSymbol));
    }

    [Fact]
    public void A_restart_gives_nobody_a_fresh_burst_and_no_second_tick()
    {
        using TempFolder folder = new();
        AdmissionSettings admission = new(burst: 3, refillPerTick: 1, releasePerTick: 2);
        for (int round = 0; round < 5; round++)
        {
            using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), admission));
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            Intent intent = new() { Agent = agents[0], Resource = resources[0], SubmittedTick = round == 0 ? 100ul : 5 };
            Outcome[] outcomes = [.. Enumerable.Range(0, 4).Select(i => wall.Submit(intent with { Id = (ulong)i }).Outcome)];
            Assert.Equal(100ul, wall.Clock);
            Assert.Equal(
                round == 0
                    ? [Outcome.Decided, Outcome.Decided, Outcome.Queued, Outcome.Refused]
                    : [Outcome.Refused, Outcome.Refused, Outcome.Refused, Outcome.Refused],
                outcomes);
            wall.Drain();
            Assert.Equal((3ul, (ulong)(1 + (4 * round))), (wall.Counters.Decided, wall.Counters.RateLimited));
        }
    }

    [Fact]
    public void Tokens_are_carried_into_other_settings()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 10, refillPerTick: 2))))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            for (ulong id = 0; id < 8; id++)
            {
                wall.Submit(new Intent { Id = id, Agent = agents[0], Resource = resources[0] });
            }

            wall.Submit(new Intent { Id = 9, Agent = agents[1], Resource = resources[0], SubmittedTick = 2 });
        }

        // At tick 2 the first agent has 2 + 2 × 2 tokens of which 4 fit, the second 9 of which 4 fit.
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 4, refillPerTick: 0))))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            foreach (Symbol agent in agents.Take(2))
            {
                Assert.Equal(4, Enumerable.Range(0, 9).Count(i =>
                    wall.Submit(new Intent { Id = (ulong)i, Agent = agent, Resource = resources[0], SubmittedTick = 50 }).Outcome == Outcome.Decided));
            }
        }

        ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
        Assert.Empty(report.Mismatches);
        Assert.Equal([0L, 0L], report.State.Tokens.Select(t => t.Tokens));
    }

    [Fact]
    public void A_queue_on_record_outlives_other_bounds()
    {
        foreach (AdmissionSettings next in new[] { new AdmissionSettings(queueCapacity: 1, releasePerTick: 0), new AdmissionSettings(), new AdmissionSettings(releasePerTick: 2) })
        {
            using TempFolder folder = new();
            using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(releasePerTick: 0), RefusalRecording.Each).With(1));
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            for (ulong id = 0; id < 6; id++)
            {
                wall.Submit(new Intent { Id = id, Agent = agents[0], Resource = resources[0], Priority = (Priority)(id % 4) });
            }

            // A refusal is recorded, and with it a snapshot is due.
            wall.Submit(new Intent { Id = 0, Agent = agents[0], Resource = resources[0] });
            string crashed = CommandStream.Crash(folder.Sub("ledger"), folder.Sub("crashed"));
            Recorder told = new();
            using (Wall again = Wall.Open(TestWall.Options(crashed, next, RefusalRecording.Each, told, requeue: true)))
            {
                Assert.Equal(6, again.Resumed!.Queued);
                Assert.Equal(next.ReleasePerTick switch { null => 0, 2 => 4, _ => 6 }, again.Queued);
                Decision duplicate = again.Submit(new Intent { Id = 0, Agent = agents[0], Resource = resources[0] });
                Assert.Equal(next.ReleasePerTick is null, duplicate.Outcome == Outcome.Decided);
                if (again.Queued != 0)
                {
                    Assert.Equal(RefusalKind.Duplicate, duplicate.Refusal.Kind);
                    again.AdvanceTo(1);
                }
            }

            Assert.Equal([3ul, 2, 1, 5, 0, 4], told.Told.Where(t => t.Decision.Outcome == Outcome.Decided).Select(t => t.Intent.Id).Take(6));
            Assert.Empty(TestWall.Replay(crashed).Mismatches);
        }
    }

    // By name: what was interned and not recorded before a crash may get other numbers after it.
    private static string Shown(PlaneState state) =>
        $"{state.Clock} {state.ReleasesLeft} {state.Queued} {state.Counters} "
        + string.Join(", ", state.Tokens.Select(t => $"{state.Names.NameOf(t.Agent)} {t.Tokens} {t.LastTick}").Order(StringComparer.Ordinal));

    private sealed class Outcomes : IDecisionHandler
    {
        public Vocabulary? Names { get; set; }

        public List<string> Lines { get; } = [];

        public int Waited { get; private set; }

        public void OnDecision(in Intent intent, in Decision decision)
        {
            Waited += decision.Tick > intent.SubmittedTick ? 1 : 0;
            Lines.Add(
                $"{intent.Id} {Names!.NameOf(intent.Agent)} {Names.NameOf(intent.Resource)} {decision.Outcome} {decision.Tick} "
                + $"{decision.Verdict.Kind} {Names.FindRule(decision.Verdict.Rule)?.Name} {decision.Verdict.Argument} {decision.Refusal}");
        }
    }

    private static int Compare((Symbol Agent, ulong Id) left, (Symbol Agent, ulong Id) right) =>
        (left.Agent.Id, left.Id).CompareTo((right.Agent.Id, right.Id));

    private static List<(Symbol Agent, ulong Tick)> Admissions(string ledger)
    {
        List<(Symbol Agent, ulong Tick)> found = [];
        using Ledger.EntryCursor cursor = Ledger.LedgerReader.Open(ledger).ReadFrom(0);
        while (cursor.MoveNext())
        {
            if (cursor.Current.Kind == WallEntryKinds.Decision)
            {
                Assert.Null(DecisionEntry.Read(cursor.Current.Payload, out DecisionRecord record));
                found.Add((record.Intent.Agent, record.AdmittedTick));
            }
        }

        return found;
    }
}
