using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Gate;

/// <summary>Facts on their way from the edge to the gate, the ledger and a replay.</summary>
public sealed class FactTests
{
    [Fact]
    public void What_leaves_the_queue_is_judged_with_what_is_known_then()
    {
        using TempFolder folder = new();
        Recorder told = new();
        using Wall wall = Wall.Open(TestWall.Options(
            folder.Sub("ledger"), new AdmissionSettings(releasePerTick: 1), handler: told, policies: v => [new PoolGuard(v, 100)]));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        Symbol remaining = wall.Vocabulary.Symbols.Intern("remaining");
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        Fact Remaining(long value, ulong tick) => new(FactKind.Pool, resources[0], remaining, FactValue.Of(value), tick);

        Assert.True(wall.Submit(in intent).IsAdmitted);
        Assert.Equal(Outcome.Queued, wall.Submit(intent with { Id = 1 }).Outcome);
        wall.AcceptFact(Remaining(0, tick: 999));
        Assert.Equal(0ul, wall.Clock);
        wall.AdvanceTo(1);
        Assert.Equal(VerdictKind.Defer, told.Told[^1].Decision.Verdict.Kind);
        wall.AcceptFact(Remaining(1, tick: 1));
        wall.Submit(intent with { Id = 2, SubmittedTick = 2 });
        Assert.Equal(VerdictKind.Admit, told.Told[^1].Decision.Verdict.Kind);
        wall.Submit(intent with { Id = 3, SubmittedTick = 102 });
        Assert.Equal("pool-stale", wall.Vocabulary.Rules.Find(told.Told[^1].Decision.Verdict.Rule)!.Name);
    }

    [Fact]
    public void A_fact_that_cannot_be_taken_in_is_named_and_nothing_is_lost()
    {
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(new WallOptions { FactCapacity = 2 });
        Symbol a = pipeline.Vocabulary.Symbols.Intern("a");
        FactValue one = FactValue.Of(1L);
        (string Part, Fact Bad)[] cases =
        [
            ("Kind is 0", new Fact(FactKind.None, a, a, one, 0)),
            ("Kind is 9", new Fact((FactKind)9, a, a, one, 0)),
            ("Name is missing", new Fact(FactKind.Pool, a, Symbol.None, one, 0)),
            ("Name is symbol 7", new Fact(FactKind.Pool, a, new Symbol(7), one, 0)),
            ("Subject is symbol 8", new Fact(FactKind.Pool, new Symbol(8), a, one, 0)),
            ("Value is symbol 9", new Fact(FactKind.Pool, a, a, FactValue.Of(new Symbol(9)), 0)),
            ("Value is missing", new Fact(FactKind.Pool, a, a, default, 0)),
            ("Value is NaN", new Fact(FactKind.Pool, a, a, FactValue.Of(double.NaN), 0)),
        ];
        foreach ((string part, Fact bad) in cases)
        {
            Assert.Contains(part, Assert.Throws<ArgumentException>(() => pipeline.AcceptFact(in bad)).Message, StringComparison.Ordinal);
        }

        pipeline.AcceptFact(new Fact(FactKind.Pool, a, a, one, 0));
        pipeline.AcceptFact(new Fact(FactKind.Pool, Symbol.None, a, one, 0));
        Assert.Equal(2, Assert.Throws<FactTableFullException>(() => pipeline.AcceptFact(new Fact(FactKind.Risk, a, a, one, 0))).Capacity);
        pipeline.AcceptFact(new Fact(FactKind.Pool, a, a, FactValue.Of(2L), 5));
        pipeline.Close();
        Assert.Throws<ObjectDisposedException>(() => pipeline.AcceptFact(new Fact(FactKind.Pool, a, a, one, 0)));
    }

    [Fact]
    public void A_policy_that_looks_at_facts_needs_a_context()
    {
        Vocabulary vocabulary = new(100);
        PoolGuard policy = new(vocabulary, 1);
        Assert.Throws<ArgumentException>(() => new GateStage([policy], vocabulary.Rules));
        FactTable facts = new();
        facts.Set(new Fact(FactKind.Provider, Symbol.None, vocabulary.Symbols.Intern("status"), FactValue.Of(vocabulary.Symbols.Intern("down")), 0));
        Assert.Equal(VerdictKind.Reject, new GateStage([policy], new GateContext(vocabulary, facts)).Judge(default, 0).Kind);
    }

    [Fact]
    public void Facts_outlive_the_wall_also_where_fewer_may_be_known_now()
    {
        using TempFolder folder = new();
        for (int round = 0; round < 3; round++)
        {
            WallOptions options = new()
            {
                Ledger = new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes },
                Signer = TestWall.Signer,
                Policies = v => [new PoolGuard(v, 100)],
                FactCapacity = round == 0 ? 10 : 1,
                Snapshots = new SnapshotSettings(round == 1 ? 1 : 1000ul),
            };
            using Wall wall = Wall.Open(options);
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            Symbol remaining = wall.Vocabulary.Symbols.Intern("remaining");
            foreach (Symbol resource in resources.Where(_ => round == 0))
            {
                wall.AcceptFact(new Fact(FactKind.Pool, resource, remaining, FactValue.Of(0L), 0));
            }

            Assert.Equal(VerdictKind.Defer, wall.Submit(new Intent { Agent = agents[0], Resource = resources[4], Id = 1 }).Verdict.Kind);
            wall.AcceptFact(new Fact(FactKind.Pool, resources[0], remaining, FactValue.Of((long)round), 0));
            if (round > 0)
            {
                Assert.Throws<FactTableFullException>(
                    () => wall.AcceptFact(new Fact(FactKind.Risk, resources[0], remaining, FactValue.Of(0L), 0)));
            }

            wall.Close();
            ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
            Assert.Equal((0ul, 0ul, 5), (report.MismatchCount, report.NotJudged, report.State.Facts.Count));
            Assert.Equal(report.State.Digest, TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { FromSnapshot = true }).State.Digest);
        }
    }

    [Fact]
    public void Where_a_fact_cannot_be_recorded_nothing_is_decided_until_it_is()
    {
        FaultLedgerStorage storage = new();
        LedgerOptions options = new() { Directory = "/ledger", SegmentBytes = LedgerLimits.MinSegmentBytes };
        using LedgerWriter ledger = LedgerWriter.Open(options, TestWall.Signer, storage);
        Vocabulary vocabulary = new(1000);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        RecordingStage recording = new(ledger, new RecordedVocabulary(), vocabulary, RefusalRecording.None);
        GateContext context = new(vocabulary, new FactTable());
        GateStage gate = new([new PoolGuard(vocabulary, 100)], context);
        Registrar registrar = new(recording, handler: null, acknowledger: null, vocabulary.Rules)
        {
            Changes = new ChangeLog(recording, []),
            Swaps = gate.Swaps,
        };
        AnsweringSink sink = new(gate, registrar, snapshots: null);
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        Fact Remaining(long value) => new(FactKind.Pool, resources[0], vocabulary.Symbols.Intern("remaining"), FactValue.Of(value), 0);
        Outcome Decide()
        {
            sink.Release(in intent, new Passing());
            return sink.Latest.Outcome;
        }

        Assert.Equal(Outcome.Decided, Decide());
        storage.Before = call => throw new DiskFullException("injected");
        while (ledger.HasRoomFor(1))
        {
            BallastEntry(ledger);
        }

        // Room for a decision comes back before the fact is told of: the fact goes first all the same.
        sink.Accept(Remaining(5));
        sink.Accept(Remaining(0));
        sink.Swap(gate.Swaps.Rent(GateSwap.Prepare([new PoolGuard(vocabulary, 7)], "stricter", context)), 3);
        Assert.Equal(Outcome.Refused, Decide());
        Assert.Null(registrar.Fault);
        Assert.False(registrar.CanRecord);
        ulong size = ledger.AppendedSize;
        storage.Before = null;
        Assert.True(ledger.HasRoomFor(1)); // at once, past the pauses between two questions to a full disk
        Assert.Equal(Outcome.Decided, Decide());
        Assert.Equal(VerdictKind.Defer, sink.Latest.Verdict.Kind);
        ledger.Close();

        List<byte> kinds = [];
        using EntryCursor cursor = LedgerReader.Open("/ledger", storage).ReadFrom(size);
        while (cursor.MoveNext())
        {
            if (cursor.Current.Kind is WallEntryKinds.Fact or WallEntryKinds.Gate or WallEntryKinds.GateChange or WallEntryKinds.Decision)
            {
                kinds.Add(cursor.Current.Kind);
            }
        }

        // Of the two facts with one key, the one that counts.
        Assert.Equal([WallEntryKinds.Gate, WallEntryKinds.GateChange, WallEntryKinds.Fact, WallEntryKinds.Decision], kinds);
    }

    [Fact]
    public void A_changed_fact_is_noticed_by_the_verdicts_behind_it()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: v => [new PoolGuard(v, 100)])))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            wall.AcceptFact(new Fact(FactKind.Pool, resources[0], wall.Vocabulary.Symbols.Intern("remaining"), FactValue.Of(1L), 0));
            Assert.True(wall.Submit(new Intent { Agent = agents[0], Resource = resources[0] }).IsAdmitted);
        }

        Assert.Empty(TestWall.Replay(folder.Sub("ledger")).Mismatches);
        using (LedgerWriter forged = LedgerWriter.Open(
            new LedgerOptions { Directory = folder.Sub("forged"), SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer))
        {
            using EntryCursor cursor = LedgerReader.Open(folder.Sub("ledger")).ReadFrom(0);
            while (cursor.MoveNext())
            {
                LedgerEntry entry = cursor.Current;
                if (entry.Kind >= LedgerLimits.FirstCallerKind)
                {
                    Span<byte> payload = forged.Begin(entry.Kind, entry.Payload.Length, out _);
                    entry.Payload.CopyTo(payload);
                    if (entry.Kind == WallEntryKinds.Fact)
                    {
                        payload[18] = 0;
                    }

                    forged.Commit();
                }
            }

            forged.Close();
        }

        ReplayReport report = TestWall.Replay(folder.Sub("forged"));
        Assert.Contains(report.Mismatches, m => m.What.Contains("Admit is on record; the gate says Defer", StringComparison.Ordinal));
    }

    private static void BallastEntry(LedgerWriter ledger)
    {
        ledger.Begin(WallEntryKinds.Symbol, 40, out _).Fill((byte)'x');
        ledger.Commit();
    }
}
