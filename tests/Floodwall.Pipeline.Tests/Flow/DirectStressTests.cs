using System.Collections.Concurrent;
using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>Submitters that run the stages themselves, under everything that can come at the same time.</summary>
public sealed class DirectStressTests
{
    [Fact]
    public async Task Commands_from_all_sides_come_to_one_order_that_a_replay_agrees_with()
    {
        using TempFolder folder = new();
        ThrowingNow flaky = new();
        Counting told = new(each: 3000);
        CheckpointSettings checkpoints = new(everyEntries: 700, interval: TimeSpan.FromMilliseconds(2));
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(
                folder.Sub("ledger"),
                new AdmissionSettings(burst: 1e6, queueCapacity: 50_000, releasePerTick: 40),
                handler: told,
                policies: vocabulary => [flaky, .. TestWall.SeedPolicies(vocabulary)],
                checkpoints: checkpoints).With(997),
            new PipelineOptions { Topology = Topology.Direct, IngressSlots = 64 });
        told.Pipeline = pipeline;
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Symbol status = pipeline.Vocabulary.Symbols.Intern("status");
        const int Each = 20_000;
        CancellationToken stop = TestContext.Current.CancellationToken;
        ulong tick = 0;
        ConcurrentBag<Task<Decision>> waits = [];
        Task[] submitters = [.. Enumerable.Range(0, 3).Select(which => Task.Run(async () =>
        {
            for (ulong i = 0; i < Each; i++)
            {
                Intent intent = new() { Id = i, Agent = agents[which], Resource = resources[0], SubmittedTick = Volatile.Read(ref tick) };
                if (i % 512 == 511)
                {
                    // Most wait for a tick to come, and these may not hold up what brings it.
                    ValueTask<Decision> wait = pipeline.SubmitAsync(in intent, (AckTier)(i / 512 % 4), TestContext.Current.CancellationToken);
                    waits.Add(wait.AsTask());
                }
                else
                {
                    pipeline.Submit(in intent);
                }
            }

            await Task.Yield();
        }, stop))];
        bool done = false;
        Task[] others =
        [
            Task.Run(() =>
            {
                while (!Volatile.Read(ref done))
                {
                    pipeline.AdvanceTo(Interlocked.Increment(ref tick));
                    Thread.Yield();
                }
            }, stop),
            Task.Run(() =>
            {
                Random random = new(3);
                while (!Volatile.Read(ref done))
                {
                    pipeline.AcceptFact(new Fact(FactKind.Pool, resources[random.Next(5)], status, FactValue.Of(random.NextInt64()), 0));
                    pipeline.RequestCheckpoint();
                    if (random.Next(50) == 0)
                    {
                        pipeline.Drain();
                        pipeline.SwapPolicies([flaky, .. TestWall.Gates[random.Next(TestWall.Gates.Count)](pipeline.Vocabulary)], "swap");
                    }

                    Thread.Sleep(1);
                }
            }, stop),
        ];
        await Task.WhenAll(submitters);
        Volatile.Write(ref done, true);
        await Task.WhenAll(others);
        pipeline.Close();
        Assert.Null(pipeline.Fault);
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);

        // A full ring turns a waiting caller away before the wall, which tells nobody; a full queue in it, which tells the handler.
        long turnedAway = (await Task.WhenAll(waits)).Count(decision => decision is { Outcome: Outcome.Refused, Refusal.Kind: RefusalKind.Backpressure });
        long submitted = (3 * Each) + (long)told.Submitted;
        Assert.InRange(told.Told, submitted - turnedAway, submitted);
        Assert.Equal((ulong)told.Told, pipeline.Counters.Decided + pipeline.Counters.Refused);

        // Whether the handler's own intents find room in the ring is up to the machine.
        Assert.True(
            pipeline.Counters.PolicyFaults > 0 && pipeline.Counters.HandlerFaults > 0,
            $"{pipeline.Counters.PolicyFaults} policy and {pipeline.Counters.HandlerFaults} handler faults: too tame");
        ReplayReport all = TestWall.Replay(folder.Sub("ledger"));
        Assert.Empty(all.Mismatches);
        Assert.Equal(all.State.Digest, TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { FromSnapshot = true }).State.Digest);
        Assert.Equal(pipeline.Counters.Decided, all.State.Counters.Decided);
    }

    [Fact]
    public void Two_walls_whose_handlers_submit_to_each_other_go_on()
    {
        FloodwallPipeline? first = null;
        FloodwallPipeline? second = null;
        Forward toSecond = new(() => second!);
        Forward toFirst = new(() => first!);
        first = FloodwallPipeline.Open(TestWall.Options(null, handler: toSecond), new PipelineOptions { Topology = Topology.Direct, IngressSlots = 64 });
        second = FloodwallPipeline.Open(TestWall.Options(null, handler: toFirst), new PipelineOptions { Topology = Topology.Direct, IngressSlots = 64 });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(first.Vocabulary);
        TestWall.Names(second.Vocabulary);
        FloodwallPipeline[] walls = [first, second];
        Thread[] submitters = [.. walls.Select((wall, which) => new Thread(() =>
        {
            for (ulong i = 0; i < 50_000; i++)
            {
                // An id says how often it may still be handed on.
                wall.Submit(new Intent { Id = i % 4, Agent = agents[which], Resource = resources[0] });
            }
        }))];
        Array.ForEach(submitters, thread => thread.Start());
        Array.ForEach(submitters, thread => thread.Join());

        // What the one hands on the other may hand back, until nothing is handed on any more.
        long before;
        do
        {
            before = toFirst.Told + toSecond.Told;
            Thread.Sleep(20);
        }
        while (before != toFirst.Told + toSecond.Told);

        first.Close();
        second.Close();
        Assert.Equal(100_000 + toFirst.Accepted + toSecond.Accepted, toFirst.Told + toSecond.Told);
        Assert.Equal(0UL, first.Counters.HandlerFaults + second.Counters.HandlerFaults);
    }

    [Fact]
    public void Closing_while_handlers_and_submitters_submit_leaves_nothing_undecided()
    {
        for (int round = 0; round < 60; round++)
        {
            Counting told = new(each: 2);
            FloodwallPipeline pipeline = FloodwallPipeline.Open(
                TestWall.Options(null, handler: told), new PipelineOptions { Topology = Topology.Direct, IngressSlots = 64 });
            told.Pipeline = pipeline;
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
            long accepted = 0;
            Thread[] submitters = [.. Enumerable.Range(0, 3).Select(which => new Thread(() =>
            {
                try
                {
                    for (ulong i = 1; ; i++)
                    {
                        pipeline.Submit(new Intent { Id = i, Agent = agents[which], Resource = resources[0] });
                        Interlocked.Increment(ref accepted);
                    }
                }
                catch (ObjectDisposedException)
                {
                    // The wall closed.
                }
            }))];
            Array.ForEach(submitters, thread => thread.Start());
            SpinWait.SpinUntil(() => Interlocked.Read(ref accepted) > 50 * round);
            pipeline.Close();
            Array.ForEach(submitters, thread => thread.Join());
            Assert.Equal(accepted + told.Submitted, told.Told);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_submitter_interrupted_amid_the_stages_costs_no_signed_entry(int submitters)
    {
        int failed = 0;
        for (int round = 0; round < 12; round++)
        {
            using TempFolder folder = new();
            Counting told = new(each: int.MaxValue);
            FloodwallPipeline pipeline = FloodwallPipeline.Open(
                TestWall.Options(folder.Sub("ledger"), handler: told, checkpoints: new CheckpointSettings(everyEntries: 300)),
                new PipelineOptions { Topology = Topology.Direct, IngressSlots = 64 });
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
            bool[] done = new bool[submitters];
            Thread[] threads = [.. Enumerable.Range(0, submitters).Select(which => new Thread(() =>
            {
                for (ulong i = 0; i < 40_000; i++)
                {
                    try
                    {
                        pipeline.Submit(new Intent { Id = i, Agent = agents[which], Resource = resources[0] });
                    }
                    catch (ThreadInterruptedException)
                    {
                        // It waited for room.
                    }
                }

                Volatile.Write(ref done[which], true);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            while (!Array.TrueForAll(done, ended => ended))
            {
                Array.ForEach(threads, thread => thread.Interrupt());
                Thread.SpinWait(200);
            }

            Array.ForEach(threads, thread => thread.Join());
            pipeline.Close();
            failed += pipeline.Fault is null ? 0 : 1;
            VerificationReport report = TestWall.Verify(folder.Sub("ledger"));
            Assert.True(report.Status == VerificationStatus.Good, report.Message);
            using (FloodwallPipeline again = FloodwallPipeline.Open(TestWall.Options(folder.Sub("ledger"))))
            {
                Assert.Equal(RecoveryReason.None, again.Opened!.Recovery);
            }

            Assert.Empty(TestWall.Replay(folder.Sub("ledger")).Mismatches);
            HashSet<(Symbol Agent, ulong Id)> seen = [];
            using EntryCursor cursor = LedgerReader.Open(folder.Sub("ledger")).ReadFrom(0);
            while (cursor.MoveNext())
            {
                if (cursor.Current.Kind == WallEntryKinds.Decision)
                {
                    Assert.Null(DecisionEntry.Read(cursor.Current.Payload, out DecisionRecord record));
                    Assert.True(seen.Add((record.Intent.Agent, record.Intent.Id)), $"intent {record.Intent.Id} was decided twice");
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{failed} of 12 walls failed closed");
    }

    /// <summary>Counts, throws now and then, and submits again after every so many.</summary>
    private sealed class Counting(int each) : IDecisionHandler
    {
        public FloodwallPipeline? Pipeline { get; set; }

        public long Told { get; private set; }

        public long Submitted { get; private set; }

        public void OnDecision(in Intent intent, in Decision decision)
        {
            Told++;
            if (Told % each == 0 && Pipeline!.TrySubmit(intent with { Id = ulong.MaxValue - (ulong)Told }))
            {
                Submitted++;
            }

            if (Told % 1009 == 0 && each != int.MaxValue)
            {
                throw new InvalidOperationException("the handler fails");
            }
        }
    }

    /// <summary>Hands on to another wall, as often as the id says.</summary>
    private sealed class Forward(Func<FloodwallPipeline> to) : IDecisionHandler
    {
        private long _told;
        private long _accepted;

        public long Told => Volatile.Read(ref _told);

        public long Accepted => Volatile.Read(ref _accepted);

        public void OnDecision(in Intent intent, in Decision decision)
        {
            if (intent.Id > 0 && to().TrySubmit(intent with { Id = intent.Id - 1 }))
            {
                _accepted++;
            }

            Volatile.Write(ref _told, _told + 1);
        }
    }

    private sealed class ThrowingNow : IPolicy
    {
        private int _calls;

        public Verdict Judge(in Intent intent, ulong now) =>
            ++_calls % 4001 == 0 ? throw new InvalidOperationException("the policy fails") : Verdict.Admit;
    }
}
