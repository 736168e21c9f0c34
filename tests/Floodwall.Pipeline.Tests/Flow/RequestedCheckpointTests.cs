namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>A checkpoint that is asked for comes, whatever the cadence says.</summary>
public sealed class RequestedCheckpointTests
{
    [Theory]
    [InlineData(Topology.Direct)]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Split)]
    public void Also_where_it_is_asked_for_while_another_is_signed_and_nothing_comes_behind(Topology topology)
    {
        using TempFolder folder = new();
        using HeldSigner signer = new();
        WallOptions plain = TestWall.Options(folder.Sub("ledger"), checkpoints: new CheckpointSettings(interval: TimeSpan.FromDays(1)));
        WallOptions options = new()
        {
            Policies = plain.Policies,
            Ledger = plain.Ledger,
            Signer = signer,
            SymbolCapacity = plain.SymbolCapacity,
            Checkpoints = plain.Checkpoints,
        };
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = topology });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Intent intent = new() { Agent = agents[0], Resource = resources[0] };
        signer.Hold();
        pipeline.Submit(intent with { Id = 1 });
        pipeline.RequestCheckpoint();
        Assert.True(signer.Reached.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "the first was never signed");
        pipeline.Submit(intent with { Id = 2 });
        pipeline.RequestCheckpoint();
        signer.Release();
        Assert.True(
            SpinWait.SpinUntil(() => pipeline.Sizes is { } sizes && sizes.Signed == sizes.Appended && pipeline.Counters.Decided == 2, TimeSpan.FromSeconds(60)),
            $"the second was never signed: {pipeline.Sizes}");
    }
}
