namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>Where threads go, by cores and options.</summary>
public sealed class CoreLayoutTests
{
    [Theory]
    [InlineData(1, 1, Topology.Direct, null)] // one core: nowhere to go
    [InlineData(2, 2, Topology.Direct, 1)]
    [InlineData(3, 3, Topology.Paired, null)]
    [InlineData(8, 8, Topology.Split, null)]
    [InlineData(8, 2, Topology.Direct, null)] // a quota of two on eight cores: any of them may be taken away
    [InlineData(0, 2, Topology.Direct, null)] // cannot be asked
    public void By_default(int cores, int processors, Topology topology, int? background)
    {
        CoreLayout layout = new(new PipelineOptions(), [.. Enumerable.Range(0, cores)], processors);
        Assert.Equal((topology, background), (layout.Topology, layout.Background));
    }

    [Theory]
    [InlineData(false, WaitMode.Balanced, null, null)]
    [InlineData(true, WaitMode.Balanced, null, 5)]
    [InlineData(null, WaitMode.Blocking, null, 5)]
    [InlineData(null, WaitMode.LowLatency, null, null)]
    [InlineData(false, WaitMode.LowLatency, 3, 3)] // named counts whatever else is said
    public void With_Direct_the_helpers_stay_on_the_last_core(bool? pin, WaitMode wait, int? named, int? background)
    {
        CoreLayout layout = new(new PipelineOptions { Topology = Topology.Direct, Pin = pin, Wait = wait, BackgroundCore = named }, [2, 5], 2);
        Assert.Equal(background, layout.Background);
    }

    [Fact]
    public void Stages_take_the_last_cores_where_two_are_left()
    {
        int?[] Of(CoreLayout layout) => [layout.OfStage(0), layout.OfStage(1), layout.OfStage(2)];
        Assert.Equal([2, 3, 4], Of(new CoreLayout(new PipelineOptions { Topology = Topology.Split }, [0, 1, 2, 3, 4], 5)));
        Assert.Equal([null, null, null], Of(new CoreLayout(new PipelineOptions { Topology = Topology.Split }, [0, 1, 2, 3], 4)));
        Assert.Equal([1, 2, 3], Of(new CoreLayout(new PipelineOptions { Topology = Topology.Split, Pin = true }, [0, 1, 2, 3], 4)));
        Assert.Equal([7, 6, 7], Of(new CoreLayout(new PipelineOptions { Topology = Topology.Split, Cores = [7, 6] }, [0, 1], 2)));
    }
}
