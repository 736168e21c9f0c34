using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>Takes intents, waiting for room where there is none.</summary>
internal interface IIntentTarget
{
    void Submit(in Intent intent);
}

/// <summary>The pipeline as a target.</summary>
internal readonly struct PipelineTarget(FloodwallPipeline pipeline) : IIntentTarget
{
    public void Submit(in Intent intent) => pipeline.Submit(in intent);
}
