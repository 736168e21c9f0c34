namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>An intent that waits in a snapshot and is then refused, because the ledger can record nothing any more.</summary>
public sealed class RefusedUnrecordedTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public void What_was_refused_unrecorded_is_not_let_through_by_the_next_opening(Topology? topology)
    {
        using TempFolder folder = new();
        Intent[] waiting = RefuseUnrecorded(folder.Sub("ledger"));
        Recorder told = new();
        WallOptions options = TestWall.Options(folder.Sub("ledger"), handler: told);
        ResumeReport? resumed;
        if (topology is { } layout)
        {
            using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = layout });
            resumed = pipeline.Resumed;
            pipeline.Drain();
            pipeline.Submit(in waiting[0]);
        }
        else
        {
            using Wall wall = Wall.Open(options);
            resumed = wall.Resumed;
            wall.Drain();
            wall.Submit(in waiting[0]);
        }

        // Whoever asks again is decided, once.
        Assert.Equal((0, waiting.Length), (resumed!.Queued, resumed.GivenUp));
        Assert.Equal((waiting[0].Id, Outcome.Decided), (told.Told.Single().Intent.Id, told.Told.Single().Decision.Outcome));
        ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
        Assert.Empty(report.Mismatches);
        Assert.Equal(0, report.State.Queued);

        using Wall third = Wall.Open(TestWall.Options(folder.Sub("ledger"), handler: told));
        Assert.Equal((0, 0), (third.Resumed!.Queued, third.Resumed.GivenUp));
    }

    [Fact]
    public void Where_it_is_asked_for_what_waited_waits_again()
    {
        using TempFolder folder = new();
        Intent[] waiting = RefuseUnrecorded(folder.Sub("ledger"));
        Recorder told = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), handler: told, requeue: true)))
        {
            Assert.Equal((waiting.Length, 0), (wall.Resumed!.Queued, wall.Resumed.GivenUp));
        }

        Assert.Equal(waiting.Select(intent => intent.Id), told.Told.Select(t => t.Intent.Id));
        Assert.Empty(TestWall.Replay(folder.Sub("ledger")).Mismatches);
    }

    private static Intent[] RefuseUnrecorded(string ledger)
    {
        Recorder told = new();
        FailingSigner signer = new();
        using Wall wall = Wall.Open(new WallOptions
        {
            Admission = new AdmissionSettings(releasePerTick: 0),
            Ledger = new Ledger.LedgerOptions { Directory = ledger, SegmentBytes = Ledger.LedgerLimits.MinSegmentBytes },
            Signer = signer,
            Policies = TestWall.SeedPolicies,
            SymbolCapacity = 4096,
            Snapshots = new SnapshotSettings(1),
            Handler = told,
        });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        Intent[] waiting = [.. Enumerable.Range(1, 3).Select(id => new Intent { Id = (ulong)id, Agent = agents[id], Resource = resources[0] })];
        Array.ForEach(waiting, intent => Assert.Equal(Outcome.Queued, wall.Submit(in intent).Outcome));

        // One outcome on record, and behind it a snapshot that shows them as waiting.
        wall.AcceptFact(new Fact(FactKind.Pool, resources[0], resources[1], FactValue.Of(1), 0));
        signer.Fails = true;
        Assert.ThrowsAny<Exception>(wall.Checkpoint);
        wall.Drain();
        Assert.Equal(waiting.Select(intent => (intent.Id, RefusalKind.LedgerUnavailable)), told.Told.Select(t => (t.Intent.Id, t.Decision.Refusal.Kind)));
        return waiting;
    }
}
