using System.Diagnostics;

namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>What becomes of a wait that its caller ends early, or never looks at.</summary>
public sealed class WaitTests
{
    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task A_cancelled_wait_ends_and_its_intent_goes_on(Topology topology)
    {
        Recorder told = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(ledger: null, new AdmissionSettings(burst: 100, releasePerTick: 0), handler: told),
            new PipelineOptions { Topology = topology, MaxPending = 1 });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        using CancellationTokenSource source = new();
        Task<Decision> wait = pipeline.SubmitAsync(intent with { Id = 1 }, cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(source.Token, cancelled.CancellationToken);
        Assert.True(wait.IsCanceled);

        // The wall still has it, and so its place.
        Decision next = await pipeline.SubmitAsync(intent with { Id = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(RefusalKind.Backpressure, next.Refusal.Kind);
        pipeline.Drain();
        ValueTask<Decision> third;
        while ((third = pipeline.SubmitAsync(intent with { Id = 3 }, cancellationToken: TestContext.Current.CancellationToken)).IsCompleted)
        {
            Assert.Equal(RefusalKind.Backpressure, (await third).Refusal.Kind);
            Thread.Yield();
        }

        pipeline.Drain();
        Assert.Equal(3ul, (await third).IntentId);
        pipeline.Close();
        Assert.Equal([1ul, 3ul], told.Told.Select(t => t.Intent.Id));
    }

    [Fact]
    public async Task What_is_cancelled_before_is_not_handed_in()
    {
        Recorder told = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(ledger: null, handler: told));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        Task<Decision> wait = pipeline.SubmitAsync(new Intent { Agent = agents[0], Resource = resources[0] }, cancellationToken: source.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        pipeline.Close();
        Assert.Empty(told.Told);
    }

    [Fact]
    public async Task Waits_that_nobody_awaits_make_room_and_can_be_awaited_later()
    {
        const int Places = 4;
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(ledger: null, new AdmissionSettings(burst: 10_000)), new PipelineOptions { MaxPending = Places });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        List<ValueTask<Decision>> kept = [];
        for (ulong id = 0; id < 1_000; id++)
        {
            Intent intent = new() { Id = id, Agent = agents[0], Resource = resources[0] };
            ValueTask<Decision> wait = pipeline.SubmitAsync(in intent, cancellationToken: TestContext.Current.CancellationToken);
            while (!wait.IsCompleted)
            {
                Thread.Yield();
            }

            // One in three is looked at in between, so that places come back both ways.
            if (id % 3 == 0)
            {
                Assert.Equal((id, Outcome.Decided), ((await wait).IntentId, Outcome.Decided));
            }
            else
            {
                kept.Add(wait);
            }
        }

        ulong[] decided = [.. await Task.WhenAll(kept.Select(async wait => (await wait) is { Outcome: Outcome.Decided } decision ? decision.IntentId : ulong.MaxValue))];
        Assert.Equal(Enumerable.Range(0, 1_000).Where(id => id % 3 != 0).Select(id => (ulong)id), decided);
#pragma warning disable CA2012 // misuse is what is tested
        Assert.All(kept, wait => Assert.Throws<InvalidOperationException>(() => wait.GetAwaiter().GetResult()));
#pragma warning restore CA2012
    }

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Direct)]
    public async Task Every_wait_gets_its_own_decision_or_its_own_cancellation_whichever_comes_first(Topology topology)
    {
        const int Callers = 4;
        const int Each = 3_000;
        const int Places = 8;
        Recorder told = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(ledger: null, new AdmissionSettings(burst: 1e6), handler: told),
            new PipelineOptions { Topology = topology, MaxPending = Places, IngressSlots = 64 });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        int[] outcomes = new int[3];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Call(caller), TestContext.Current.CancellationToken)));
        Assert.Equal(Callers * Each, outcomes.Sum());

        // With Direct most decisions are there before anybody can cancel.
        Assert.True(outcomes[0] > 0 && (outcomes[1] > 0 || topology == Topology.Direct), $"{outcomes[0]} decided, {outcomes[1]} cancelled, {outcomes[2]} turned away");

        // All places are free again, and each is there once.
        ulong id = Callers * Each;
        Intent held = new() { Agent = agents[0], Resource = resources[1] };
        int decided = 0;
        for (int round = 0; round < 3; round++)
        {
            // What callers gave up on may still be on its way through the wall and have its place until it is decided. The limit is far
            // above what that takes, and is there for a place that never comes back.
            Decision[] last;
            long since = Stopwatch.GetTimestamp();
            do
            {
                Thread.Yield();
                last = await Task.WhenAll(Enumerable.Range(0, Places).Select(_ => pipeline
                    .SubmitAsync(held with { Id = Interlocked.Increment(ref id) }, cancellationToken: TestContext.Current.CancellationToken).AsTask()));
                Assert.Equal(Places, last.Select(decision => decision.IntentId).Distinct().Count());
                decided += last.Count(decision => decision.Outcome == Outcome.Decided);
            }
            while (round == 0 && last.Any(decision => decision.Outcome != Outcome.Decided) && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60));
            Assert.All(last, decision => Assert.Equal(Outcome.Decided, decision.Outcome));
        }

        pipeline.Close();
        Assert.Equal(told.Told.Count, told.Told.Select(t => t.Intent.Id).Distinct().Count());
        Assert.InRange(told.Told.Count, outcomes[0] + decided, (Callers * Each) + decided);

        async Task Call(int caller)
        {
            Random random = new(caller);
            for (int i = 0; i < Each; i++)
            {
                Intent intent = new() { Id = (ulong)((caller * Each) + i), Agent = agents[caller], Resource = resources[0] };
                using CancellationTokenSource source = new();
                ValueTask<Decision> wait = pipeline.SubmitAsync(in intent, cancellationToken: source.Token);
                Thread.SpinWait(random.Next(300));
                Task cancelling = random.Next(2) == 0 ? Task.Run(source.Cancel, CancellationToken.None) : Task.CompletedTask;
                try
                {
                    Decision decision = await wait;
                    Assert.Equal(intent.Id, decision.IntentId);
                    Interlocked.Increment(ref outcomes[decision.Outcome == Outcome.Decided ? 0 : 2]);
                }
                catch (OperationCanceledException cancelled)
                {
                    Assert.Equal(source.Token, cancelled.CancellationToken);
                    Interlocked.Increment(ref outcomes[1]);
                }

                await cancelling;
            }
        }
    }
}
