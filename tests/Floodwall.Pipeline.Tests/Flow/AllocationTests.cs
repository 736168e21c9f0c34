using Floodwall.Tests;

namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>
/// Nothing is allocated per intent, nor per change of segment: not in the producer, not at admission, not where policies and the handler
/// run, with the ledger on. What the threads beside them allocate (checkpoints, preparing the next segment) is not counted.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Intents = 1_000_000;
    private const int Quantum = 8 << 10;

    private AttributeSetBuilder? Attributes { get; set; }

    [Theory]
    [InlineData(Topology.Fused, Ledger.LedgerLimits.DefaultSegmentBytes)]
    [InlineData(Topology.Paired, Ledger.LedgerLimits.DefaultSegmentBytes)]
    [InlineData(Topology.Split, Ledger.LedgerLimits.DefaultSegmentBytes)]
    [InlineData(Topology.Split, Ledger.LedgerLimits.MinSegmentBytes)]
    [InlineData(Topology.Direct, Ledger.LedgerLimits.DefaultSegmentBytes)]
    [InlineData(Topology.Direct, Ledger.LedgerLimits.MinSegmentBytes)]
    public void A_million_intents_allocate_zero_bytes(Topology topology, long segmentBytes)
    {
        using TempFolder folder = new();
        ThreadMeter meter = new();
        WallOptions options = new()
        {
            Admission = new AdmissionSettings(burst: 50, refillPerTick: 40),
            Policies = v => [.. TestWall.SeedPolicies(v), new PoolGuard(v, ulong.MaxValue), new MeteredPolicy(meter)],
            Ledger = new Ledger.LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = segmentBytes },
            Signer = TestWall.Signer,
            Handler = meter,
        };
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = topology });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);

        // The first pass defines symbols and rules and lets the JIT settle; the second is measured.
        Flood(pipeline, agents, resources, 0);
        meter.WaitFor(Intents);
        int segments = SegmentsInUse(folder);
        using NoCollection exact = new();
        meter.Start();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Flood(pipeline, agents, resources, Intents);
        long producer = GC.GetAllocatedBytesForCurrentThread() - before;
        meter.WaitFor(2 * Intents);

        Assert.Equal(0, producer);
        Assert.Equal(0, meter.LedgerThreadBytes);
        Assert.Equal(0, meter.GateThreadBytes);
        Assert.True(SegmentsInUse(folder) > segments, "no change of segment was measured");
        Assert.True(pipeline.Counters.RateLimited > 0 && pipeline.Counters.Rejected > 0 && pipeline.Counters.Admitted > 0);
    }

    /// <summary>
    /// No code of the test runs on the admission thread of the split topology, so the whole lives of all stage threads are compared: one
    /// that sees three times the intents, and several changes of segment more, must not have allocated more.
    /// </summary>
    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    public void Stage_threads_allocate_the_same_whatever_they_process(Topology topology)
    {
        Life(topology, floods: 1);
        IReadOnlyList<long> one = Life(topology, floods: 1);
        IReadOnlyList<long> three = Life(topology, floods: 3);
        Assert.Equal(topology switch { Topology.Fused => 1, Topology.Paired => 2, _ => 3 }, one.Count);
        Assert.All(one, bytes => Assert.InRange(bytes, 0, 64 << 10));

        // The runtime hands memory to a thread in quanta of 8 KiB, and now and then counts a whole one for what was taken of it; two
        // million intents more would show in megabytes.
        Assert.All(one.Zip(three), lives => Assert.InRange(Math.Abs(lives.First - lives.Second), 0, Quantum));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Awaiting_decisions_allocates_nothing_on_the_walls_side(bool cancellable)
    {
        using CancellationTokenSource source = new();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        using TempFolder folder = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(TestWall.Options(folder.Sub("ledger")));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);

        bool appended = true;
        async ValueTask<long> Round(int count)
        {
            // A synchronous wait on a polled ValueTask keeps the test's own state machine out of the figure.
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count; i++)
            {
                ValueTask<Decision> task = pipeline.SubmitAsync(
                    new Intent { Id = (ulong)i, Agent = agents[0], Resource = resources[0] }, AckTier.Appended, token);
                SpinWait spin = default;
                while (!task.IsCompleted)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                appended &= task.Result.Tier == AckTier.Appended;
            }

            return await ValueTask.FromResult(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        await Round(20_000);
        using NoCollection exact = new();
        Assert.Equal(0, await Round(20_000));
        Assert.True(appended);
    }

    private IReadOnlyList<long> Life(Topology topology, int floods)
    {
        using TempFolder folder = new();
        using NoCollection exact = new();
        WallOptions options = new()
        {
            Admission = new AdmissionSettings(burst: 50, refillPerTick: 40),
            Policies = v => [.. TestWall.SeedPolicies(v)],
            Ledger = new Ledger.LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = 16 << 20 },
            Signer = TestWall.Signer,
        };
        FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = topology });
        using (pipeline)
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);

            for (int i = 0; i < floods; i++)
            {
                Flood(pipeline, agents, resources, i * Intents);
            }
        }

        return pipeline.StageBytes;
    }

    // One that was prepared and not used yet holds zeros.
    private static int SegmentsInUse(TempFolder folder) =>
        Directory.GetFiles(Path.Combine(folder.Sub("ledger"), "segments")).Count(file =>
        {
            using FileStream stream = File.OpenRead(file);
            return stream.ReadByte() > 0;
        });

    // Facts and attributes among the intents: their names and sets are known from the first pass on.
    private void Flood(FloodwallPipeline pipeline, Symbol[] agents, Symbol[] resources, int from)
    {
        Symbol remaining = pipeline.Vocabulary.Symbols.Intern("remaining");
        Symbol cidr = pipeline.Vocabulary.Symbols.Intern("cidr");
        AttributeSetBuilder attributes = Attributes ??= new AttributeSetBuilder();
        for (int i = from; i < from + Intents; i++)
        {
            if (i % 100 == 0)
            {
                pipeline.AcceptFact(new Fact(FactKind.Pool, resources[i / 100 % resources.Length], remaining, FactValue.Of((long)(i % 3)), 0));
            }

            Intent intent = new()
            {
                Id = (ulong)i,
                Agent = agents[i % agents.Length],
                Resource = resources[i % 7 % resources.Length],
                Action = (IntentAction)(i % 3),
                BlastRadius = (BlastRadius)(i % 4),
                Priority = (Priority)(i / 4 % 4),
                SubmittedTick = (ulong)(i / 250),
                Attributes = i % 50 == 0 ? pipeline.Vocabulary.Attributes.Intern(attributes.Clear().Add(cidr, resources[i % resources.Length])) : 0,
            };
            pipeline.Submit(in intent);
        }
    }

    /// <summary>Reads the ledger thread's allocation counter from inside its handler, and the gate's from inside a policy.</summary>
    private sealed class ThreadMeter : IDecisionHandler
    {
        private long _told;
        private long _ledgerBase = -1;
        private long _gateBase = -1;
        private bool _started;

        public long LedgerThreadBytes { get; private set; }

        public long GateThreadBytes { get; private set; }

        public void Start() => Volatile.Write(ref _started, true);

        public void OnDecision(in Intent intent, in Decision decision)
        {
            if (Volatile.Read(ref _started))
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                _ledgerBase = _ledgerBase < 0 ? now : _ledgerBase;
                LedgerThreadBytes = now - _ledgerBase;
            }

            Volatile.Write(ref _told, _told + 1);
        }

        public void OnJudged()
        {
            if (Volatile.Read(ref _started))
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                _gateBase = _gateBase < 0 ? now : _gateBase;
                GateThreadBytes = now - _gateBase;
            }
        }

        public void WaitFor(long count)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _told) < count)
            {
                spin.SpinOnce();
            }
        }
    }

    private sealed class MeteredPolicy(ThreadMeter meter) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick)
        {
            meter.OnJudged();
            return Verdict.Admit;
        }
    }
}
