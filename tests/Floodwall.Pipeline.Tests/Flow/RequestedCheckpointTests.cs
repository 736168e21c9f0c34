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
        signer.Holds = true;
        pipeline.Submit(intent with { Id = 1 });
        pipeline.RequestCheckpoint();
        Assert.True(signer.Reached.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "the first was never signed");
        pipeline.Submit(intent with { Id = 2 });
        pipeline.RequestCheckpoint();
        signer.Holds = false;
        signer.Go.Set();
        Assert.True(
            SpinWait.SpinUntil(() => pipeline.Sizes is { } sizes && sizes.Signed == sizes.Appended && pipeline.Counters.Decided == 2, TimeSpan.FromSeconds(60)),
            $"the second was never signed: {pipeline.Sizes}");
    }

    private sealed class HeldSigner : FailingSigner, IDisposable
    {
        public bool Holds { get; set; }

        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            if (Holds)
            {
                Reached.Set();
                Go.Wait();
            }

            base.Sign(message, signature);
        }

        public void Dispose()
        {
            Reached.Dispose();
            Go.Dispose();
        }
    }
}
