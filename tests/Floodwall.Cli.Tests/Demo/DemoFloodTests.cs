using Floodwall.Cli.Demo;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Demo;

public sealed class DemoFloodTests
{
    [Fact]
    public void The_generator_gives_its_documented_first_outputs()
    {
        Xorshift64 random = new(DemoFlood.Seed);
        Assert.Equal(0xdc1b77ae0bf34dadUL, random.Next());
        Assert.Equal(0x64f0eeb9026e6076UL, random.Next());
        Assert.Equal(0x7b07ce91e5906136UL, random.Next());
    }

    [Fact]
    public void The_flood_is_4000_intents_in_200_ticks()
    {
        Intent[] flood = [.. DemoFlood.Generate(new SymbolTable(16))];
        Assert.Equal(Enumerable.Range(0, 4000).Select(i => (ulong)i), flood.Select(i => i.Id));
        Assert.All(flood.GroupBy(i => i.SubmittedTick), tick => Assert.Equal(20, tick.Count()));
        Assert.All(flood, i => Assert.True(i.Action == IntentAction.Scale || i.Replicas == 0));
    }

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public void Every_topology_counts_it_the_same(Topology topology)
    {
        FloodwallPipeline pipeline = FloodwallPipeline.Open(
            new WallOptions { Admission = DemoFlood.Admission, Policies = DemoFlood.Policies, SymbolCapacity = 64 },
            new PipelineOptions { Topology = topology });
        foreach (Intent intent in DemoFlood.Generate(pipeline.Vocabulary.Symbols))
        {
            pipeline.Submit(in intent);
        }

        pipeline.Close();
        AssertCounts(pipeline.Counters);
    }

    [Fact]
    public void The_synchronous_wall_counts_it_the_same()
    {
        using Wall wall = Wall.Open(
            new WallOptions { Admission = DemoFlood.Admission, Policies = DemoFlood.Policies, SymbolCapacity = 64 });
        foreach (Intent intent in DemoFlood.Generate(wall.Vocabulary.Symbols))
        {
            wall.Submit(in intent);
        }

        Assert.Equal(512, wall.Queued);
        wall.Drain();
        AssertCounts(wall.Counters);
    }

    private static void AssertCounts(WallCounters counters) => Assert.Equal(
        (451ul, 3037ul, 207ul, 120ul, 185ul, 512ul),
        (counters.RateLimited, counters.Backpressured, counters.Admitted, counters.Deferred, counters.Rejected, counters.Decided));
}
