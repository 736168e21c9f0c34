namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>What is particular to the topology in which submitters run the stages themselves.</summary>
public sealed class DirectTests
{
    [Fact]
    public void A_lone_submitter_runs_every_stage_in_its_own_thread()
    {
        using TempFolder folder = new();
        HashSet<int> threads = [];
        Told told = new((_, _) => threads.Add(Environment.CurrentManagedThreadId));

        // No checkpoint falls due meanwhile: its thread takes the turn where a submitter without a core leaves it untouched for too long.
        using FloodwallPipeline pipeline = Open(folder, told, checkpoints: new CheckpointSettings(interval: TimeSpan.FromDays(1)));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        for (ulong i = 0; i < 1000; i++)
        {
            pipeline.Submit(new Intent { Id = i, Agent = agents[0], Resource = resources[0] });
            Assert.Equal((int)i + 1, told.Count);
        }

        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void Each_submitters_own_order_is_kept_whichever_way_its_intents_go()
    {
        using TempFolder folder = new();
        Dictionary<Symbol, ulong> last = [];
        bool ordered = true;
        Told told = new((agent, id) =>
        {
            ordered &= !last.TryGetValue(agent, out ulong before) || id == before + 1;
            last[agent] = id;
        });
        FloodwallPipeline pipeline = Open(folder, told, slots: 64);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        const int Each = 60_000;
        Thread[] submitters = [.. Enumerable.Range(0, 3).Select(which => new Thread(() =>
        {
            for (ulong i = 0; i < Each; i++)
            {
                pipeline.Submit(new Intent { Id = i, Agent = agents[which], Resource = resources[0] });
            }
        }))];
        Array.ForEach(submitters, thread => thread.Start());
        Array.ForEach(submitters, thread => thread.Join());
        pipeline.Close();
        Assert.True(ordered);
        Assert.Equal(3 * Each, told.Count);
        Assert.All(last.Values, id => Assert.Equal((ulong)Each - 1, id));
    }

    [Fact]
    public void What_a_handler_submits_comes_behind_what_it_was_told_of()
    {
        using TempFolder folder = new();
        FloodwallPipeline? pipeline = null;
        List<ulong> order = [];
        Symbol resource = default;
        Told told = new((agent, id) =>
        {
            order.Add(id);
            if (id < 1000)
            {
                Assert.True(pipeline!.TrySubmit(new Intent { Id = id + 1000, Agent = agent, Resource = resource }));
            }
        });
        pipeline = Open(folder, told);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        resource = resources[0];
        for (ulong i = 0; i < 500; i++)
        {
            pipeline.Submit(new Intent { Id = i, Agent = agents[0], Resource = resource });
        }

        SpinWait.SpinUntil(() => told.Count == 1000);
        pipeline.Close();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (ulong)i), order.Where(id => id < 1000));
        Assert.Equal(Enumerable.Range(1000, 500).Select(i => (ulong)i), order.Where(id => id >= 1000));
        Assert.Equal(0UL, pipeline.Counters.HandlerFaults);
    }

    [Fact]
    public void A_handler_that_would_wait_for_the_wall_that_calls_it_is_told_so()
    {
        using TempFolder folder = new();
        FloodwallPipeline? pipeline = null;
        List<string> refused = [];
        Told told = new((agent, id) => refused.Add(Assert.Throws<InvalidOperationException>(() => pipeline!.Close()).Message));
        pipeline = Open(folder, told);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        pipeline.Submit(new Intent { Id = 1, Agent = agents[0], Resource = resources[0] });
        pipeline.Close();
        Assert.Contains("must not wait", Assert.Single(refused), StringComparison.Ordinal);
    }

    private static FloodwallPipeline Open(TempFolder folder, IDecisionHandler handler, int slots = 1024, CheckpointSettings? checkpoints = null) => FloodwallPipeline.Open(
        TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 1e6), handler: handler, checkpoints: checkpoints),
        new PipelineOptions { Topology = Topology.Direct, IngressSlots = slots });

    private sealed class Told(Action<Symbol, ulong> what) : IDecisionHandler
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnDecision(in Intent intent, in Decision decision)
        {
            Volatile.Write(ref _count, _count + 1);
            what(intent.Agent, intent.Id);
        }
    }
}
