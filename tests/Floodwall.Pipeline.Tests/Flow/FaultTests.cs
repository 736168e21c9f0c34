using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Flow;

public sealed class FaultTests
{
    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task A_policy_that_throws_costs_one_intent(Topology topology)
    {
        using TempFolder folder = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(folder.Sub("ledger"), policies: _ => [new Throws()]), new PipelineOptions { Topology = topology });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent bad = new() { Id = 13, Agent = agents[0], Resource = resources[0] };
        Decision rejected = await pipeline.SubmitAsync(in bad, AckTier.Signed, TestContext.Current.CancellationToken);
        Assert.Equal((VerdictKind.Reject, pipeline.Vocabulary.Rules.PolicyFault, AckTier.Signed), (rejected.Verdict.Kind, rejected.Verdict.Rule, rejected.Tier));
        Assert.True((await pipeline.SubmitAsync(bad with { Id = 14 }, cancellationToken: TestContext.Current.CancellationToken)).IsAdmitted);
        pipeline.Close();
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
    }

    [Fact]
    public void A_stage_that_throws_costs_one_intent_and_is_recorded()
    {
        Recorder told = new();
        using TempFolder folder = new();
        using WallCore core = WallCore.Open(TestWall.Options(folder.Sub("ledger"), handler: told), acknowledger: null);
        FusedSink sink = new(core.Gate, core.Registrar, cadence: null, snapshots: null);
        IntakeHandler<FusedSink> handler = new(core.Intake, sink, core.Vocabulary.Rules.StageFault, cadence: null, core: null);
        Symbol name = core.Vocabulary.Symbols.Intern("a");

        // Past the edge's check, a symbol beyond the table makes admission fail.
        WallCommand bad = new() { Kind = CommandKind.Submit, Intent = new Intent { Id = 1, Agent = new Symbol(1_000_000), Resource = name } };
        WallCommand good = new() { Kind = CommandKind.Submit, Intent = new Intent { Id = 2, Agent = name, Resource = name } };
        handler.OnEvent(ref bad, 0, false);
        handler.OnEvent(ref good, 1, true);
        Assert.Equal(2, told.Told.Count);
        Assert.Equal(VerdictKind.Defer, told.Told[1].Decision.Verdict.Kind);
    }

    [Fact]
    public void A_verdict_that_cannot_be_written_is_rejected_on_record()
    {
        using TempFolder folder = new();
        using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: _ => [new NamesNoRule()]));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        Decision decision = wall.Submit(new Intent { Agent = agents[0], Resource = resources[0] });
        Assert.Equal(Verdict.Reject(wall.Vocabulary.Rules.StageFault), decision.Verdict);
        Assert.NotEqual(Decision.NoEntry, decision.EntryIndex);
        Assert.Null(wall.Fault);
        wall.Close();
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
    }

    [Fact]
    public void A_handler_that_throws_is_counted_and_goes_no_further()
    {
        using Wall wall = Wall.Open(TestWall.Options(ledger: null, handler: new ThrowingHandler()));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        wall.Submit(new Intent { Agent = agents[0], Resource = resources[0] });
        wall.Submit(new Intent { Agent = agents[0], Resource = resources[0] });
        Assert.Equal(2ul, wall.Counters.HandlerFaults);
        Assert.Equal(2ul, wall.Counters.Decided);
    }

    [Fact]
    public async Task A_signer_that_fails_closes_the_wall_and_tells_who_waits()
    {
        using TempFolder folder = new();
        FailingSigner signer = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(new WallOptions
        {
            Admission = AdmissionSettings.Unlimited,
            Ledger = new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes },
            Signer = signer,
        });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent intent = new() { Id = 1, Agent = agents[0], Resource = resources[0] };
        Assert.Equal(AckTier.Signed, (await pipeline.SubmitAsync(in intent, AckTier.Signed, TestContext.Current.CancellationToken)).Tier);

        signer.Fails = true;
        await Assert.ThrowsAnyAsync<Exception>(async () => await pipeline.SubmitAsync(intent with { Id = 2 }, AckTier.Signed, TestContext.Current.CancellationToken));
        Assert.NotNull(pipeline.Fault);
        Decision refused = await pipeline.SubmitAsync(intent with { Id = 3 }, AckTier.Durable, TestContext.Current.CancellationToken);
        Assert.Equal(RefusalKind.LedgerUnavailable, refused.Refusal.Kind);
        pipeline.Close();
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
    }

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task A_ledger_that_fails_on_append_tells_who_waits_for_a_signature(Topology topology)
    {
        using TempFolder folder = new();
        using HeldSigner signer = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            new WallOptions
            {
                Admission = AdmissionSettings.Unlimited,
                Ledger = new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes },
                Signer = signer,
            },
            new PipelineOptions { Topology = topology });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent intent = new() { Id = 1, Agent = agents[0], Resource = resources[0] };
        signer.Hold();
        Task<Decision> first = pipeline.SubmitAsync(in intent, AckTier.Signed, TestContext.Current.CancellationToken).AsTask();
        Task<Decision> second = pipeline.SubmitAsync(intent with { Id = 2 }, AckTier.Signed, TestContext.Current.CancellationToken).AsTask();

        // Without its folder the next segment cannot be made.
        Directory.Move(folder.Sub("ledger/segments"), folder.Sub("away"));
        for (ulong id = 3; pipeline.Fault is null && id < 1_000_000; id++)
        {
            pipeline.Submit(intent with { Id = id });
        }

        Assert.NotNull(pipeline.Fault);
        await Assert.ThrowsAnyAsync<LedgerException>(() => first);
        await Assert.ThrowsAnyAsync<LedgerException>(() => second);

        // The ring may be full yet of what was submitted before the fault showed.
        Refusal refusal;
        do
        {
            refusal = (await pipeline.SubmitAsync(intent with { Id = 4 }, AckTier.Signed, TestContext.Current.CancellationToken)).Refusal;
        }
        while (refusal.Kind == RefusalKind.Backpressure);
        Assert.Equal(RefusalKind.LedgerUnavailable, refusal.Kind);
        signer.Release();
        pipeline.Close();
    }

    [Fact]
    public async Task Asking_too_early_or_twice_throws_and_disturbs_nobody()
    {
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(ledger: null, new AdmissionSettings(burst: 100, releasePerTick: 0)));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        ValueTask<Decision> one = pipeline.SubmitAsync(intent with { Id = 1 }, cancellationToken: TestContext.Current.CancellationToken);
#pragma warning disable CA2012 // misuse is what is tested
        Assert.Throws<InvalidOperationException>(() => one.GetAwaiter().GetResult());
        ValueTask<Decision> two = pipeline.SubmitAsync(intent with { Id = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        pipeline.Drain();
        Assert.Equal(1ul, (await one).IntentId);
        Assert.Equal(2ul, (await two).IntentId);

        ValueTask<Decision> three = pipeline.SubmitAsync(intent with { Id = 3 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => one.GetAwaiter().GetResult());
        Assert.Throws<InvalidOperationException>(() => two.GetAwaiter().GetResult());
#pragma warning restore CA2012
        pipeline.Drain();
        Assert.Equal(3ul, (await three).IntentId);
    }

    [Fact]
    public async Task Waits_do_not_depend_on_the_interval()
    {
        using TempFolder folder = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(
            folder.Sub("ledger"), checkpoints: new CheckpointSettings(interval: TimeSpan.FromDays(1))));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        for (ulong id = 0; id < 300; id++)
        {
            Decision decision = await pipeline.SubmitAsync(new Intent { Id = id, Agent = agents[0], Resource = resources[0] }, AckTier.Signed, TestContext.Current.CancellationToken);
            Assert.Equal(AckTier.Signed, decision.Tier);
            Assert.True(pipeline.Sizes.Signed > decision.EntryIndex);
        }
    }

    [Fact]
    public void The_synchronous_wall_keeps_its_decision_and_lets_go_of_its_ledger_when_a_checkpoint_fails()
    {
        using TempFolder folder = new();
        FailingSigner signer = new();
        WallOptions options = new()
        {
            Ledger = new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes },
            Signer = signer,
            Checkpoints = new CheckpointSettings(everyEntries: 1),
        };
        Wall wall = Wall.Open(options);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        signer.Fails = true;
        Assert.True(wall.Submit(in intent).IsAdmitted);
        Assert.NotNull(wall.Fault);
        Assert.Equal(RefusalKind.LedgerUnavailable, wall.Submit(intent with { Id = 1 }).Refusal.Kind);
        wall.Close();
        signer.Fails = false;
        using Wall again = Wall.Open(options);
        Assert.True(again.Submit(in intent).IsAdmitted);
    }

    [Fact]
    public async Task Waiting_for_the_wall_on_its_own_thread_is_refused()
    {
        SelfCloser handler = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(ledger: null, handler: handler));
        handler.Pipeline = pipeline;
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        await pipeline.SubmitAsync(new Intent { Agent = agents[0], Resource = resources[0] }, cancellationToken: TestContext.Current.CancellationToken);
        pipeline.Close();
        Assert.IsType<InvalidOperationException>(handler.Thrown);
    }

    [Fact]
    public async Task Bad_intents_are_refused_at_the_edge_and_nothing_is_accepted()
    {
        Recorder told = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(ledger: null, handler: told));
        (Symbol[] agents, _) = TestWall.Names(pipeline.Vocabulary);
        Intent bad = new() { Agent = agents[0] };
        Assert.Throws<ArgumentException>(() => pipeline.TrySubmit(in bad));
        Assert.Throws<ArgumentException>(() => pipeline.Submit(in bad));
        await Assert.ThrowsAsync<ArgumentException>(async () => await pipeline.SubmitAsync(in bad, cancellationToken: TestContext.Current.CancellationToken));
        pipeline.Close();
        Assert.Empty(told.Told);
    }

    private sealed class Throws : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) =>
            intent.Id == 13 ? throw new InvalidOperationException("policy bug") : Verdict.Admit;
    }

    private sealed class NamesNoRule : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) => Verdict.Reject(new RuleId(uint.MaxValue));
    }

    private sealed class ThrowingHandler : IDecisionHandler
    {
        public void OnDecision(in Intent intent, in Decision decision) => throw new InvalidOperationException("handler bug");
    }

    private sealed class SelfCloser : IDecisionHandler
    {
        public FloodwallPipeline? Pipeline { get; set; }

        public Exception? Thrown { get; private set; }

        public void OnDecision(in Intent intent, in Decision decision) => Thrown = Record.Exception(() => Pipeline!.Close());
    }
}
