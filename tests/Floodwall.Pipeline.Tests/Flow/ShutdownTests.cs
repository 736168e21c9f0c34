using System.Collections.Concurrent;

namespace Floodwall.Pipeline.Tests.Flow;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task Under_load_every_accepted_intent_is_decided_or_refused_once(Topology topology)
    {
        for (int run = 0; run < 8; run++)
        {
            using TempFolder folder = new();
            Recorder told = new();
            ConcurrentBag<ulong> accepted = [];
            AdmissionSettings admission = new(burst: 1e6, queueCapacity: 200, releasePerTick: run % 2 == 0 ? null : 50u);
            FloodwallPipeline pipeline = FloodwallPipeline.Open(
                TestWall.Options(folder.Sub("ledger"), admission, handler: told),
                new PipelineOptions { Topology = topology, IngressSlots = 64, DecisionSlots = 64 });
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);

            using ManualResetEventSlim flowing = new();
            Task[] producers = [.. Enumerable.Range(0, 3).Select(producer => Task.Factory.StartNew(
                () => Produce(pipeline, producer, agents[producer], resources[0], accepted, flowing),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];
            flowing.Wait(TestContext.Current.CancellationToken);
            pipeline.Close();
            await Task.WhenAll(producers);

            Assert.Equal(accepted.Order(), told.Told.Select(t => t.Intent.Id).Order());
            Assert.All(told.Told, t => Assert.NotEqual(Outcome.Queued, t.Decision.Outcome));
            Assert.Equal((ulong)accepted.Count, pipeline.Counters.Decided + pipeline.Counters.Refused);
            Assert.Equal(Ledger.VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
            Assert.False(pipeline.TrySubmit(new Intent { Agent = agents[0], Resource = resources[0] }));
            Assert.Throws<ObjectDisposedException>(() => pipeline.Submit(new Intent { Agent = agents[0], Resource = resources[0] }));
            Assert.Throws<ObjectDisposedException>(() => pipeline.Drain());
            Decision late = await pipeline.SubmitAsync(new Intent { Agent = agents[0], Resource = resources[0] }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(RefusalKind.Closed, late.Refusal.Kind);
        }
    }

    [Fact]
    public async Task Under_load_every_awaited_decision_completes()
    {
        using TempFolder folder = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 1e6, releasePerTick: 0)),
            new PipelineOptions { MaxPending = 300 });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);

        // They all wait in the queue until closing drains it.
        Task<Decision>[] waits = [.. Enumerable.Range(0, 400).Select(i => pipeline
            .SubmitAsync(new Intent { Id = (ulong)i, Agent = agents[0], Resource = resources[0] }, (AckTier)(i % 4), TestContext.Current.CancellationToken).AsTask())];
        pipeline.Close();
        Decision[] decisions = await Task.WhenAll(waits);
        Assert.All(decisions.Take(300), d => Assert.Equal(Outcome.Decided, d.Outcome));
        Assert.All(decisions.Skip(300), d => Assert.Equal(RefusalKind.Backpressure, d.Refusal.Kind));
        for (int i = 0; i < 300; i++)
        {
            Assert.True(decisions[i].Tier >= (AckTier)(i % 4), $"asked for {(AckTier)(i % 4)}, got {decisions[i].Tier}");
        }
    }

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task Closing_that_a_stuck_policy_holds_up_takes_nothing_in_and_can_be_tried_again(Topology topology)
    {
        using TempFolder folder = new();
        using ManualResetEventSlim stuck = new();
        using ManualResetEventSlim release = new();
        Recorder told = new();
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(folder.Sub("ledger"), handler: told, policies: _ => [new Stuck(stuck, release)]),
            new PipelineOptions { Topology = topology });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Task submitter = Task.Run(() => pipeline.Submit(new Intent { Agent = agents[0], Resource = resources[0] }), TestContext.Current.CancellationToken);
        stuck.Wait(TestContext.Current.CancellationToken);
        Assert.Throws<TimeoutException>(() => pipeline.Close(TimeSpan.FromMilliseconds(50)));
        await TakesNothingIn();
        release.Set();
        await submitter;
        await TakesNothingIn();
        pipeline.Close();
        Assert.Single(told.Told);
        Assert.Equal(Ledger.VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);

        async Task TakesNothingIn()
        {
            Intent late = new() { Id = 1, Agent = agents[0], Resource = resources[0] };
            Assert.False(pipeline.TrySubmit(in late));
            Assert.Throws<ObjectDisposedException>(() => pipeline.Submit(in late));
            Assert.Throws<ObjectDisposedException>(() => pipeline.AdvanceTo(1));
            Assert.Equal(RefusalKind.Closed, (await pipeline.SubmitAsync(in late, cancellationToken: TestContext.Current.CancellationToken)).Refusal.Kind);
        }
    }

    private static void Produce(
        FloodwallPipeline pipeline, int producer, Symbol agent, Symbol resource, ConcurrentBag<ulong> accepted, ManualResetEventSlim flowing)
    {
        SpinWait spin = default;
        int rejectedInARow = 0;
        for (ulong i = 0; i < 200_000 && rejectedInARow < 100_000; i++)
        {
            Intent intent = new() { Id = (ulong)producer << 32 | i, Agent = agent, Resource = resource, SubmittedTick = i / 10 };
            if (pipeline.TrySubmit(in intent))
            {
                accepted.Add(intent.Id);
                rejectedInARow = 0;
            }
            else
            {
                rejectedInARow++;
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (i == 5_000)
            {
                flowing.Set();
            }
        }
    }

    private sealed class Stuck(ManualResetEventSlim stuck, ManualResetEventSlim release) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick)
        {
            stuck.Set();
            release.Wait();
            return Verdict.Admit;
        }
    }
}
