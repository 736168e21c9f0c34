using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Latency;

/// <summary>One rate in one way of waiting.</summary>
/// <param name="Rate">The rate as the report names it.</param>
/// <param name="PerSecond">Intents a second.</param>
/// <param name="Wait">How stages wait.</param>
/// <param name="HasWaiters">Whether a sample of callers waits for Durable and Signed.</param>
/// <param name="IsAlone">Whether the sender has no wall behind it.</param>
internal sealed record LatencyLoad(string Rate, long PerSecond, WaitMode Wait, bool HasWaiters, bool IsAlone = false)
{
    /// <summary>Callers a second that wait for more than Appended.</summary>
    public const int SamplesPerSecond = 10_000;

    public const string Million = "1 M/s";
    public const string Half = "50% of the maximum";
    public const string Most = "80% of the maximum";

    /// <summary>What a load's name has behind the rate where callers wait.</summary>
    public const string Waiting = ", callers waiting";

    /// <summary>What a load's name has behind the rate where there is no wall.</summary>
    public const string Alone = " (no wall, the schedule alone)";

    public string Name => IsAlone ? Rate + Alone : Rate + (Wait == WaitMode.Balanced ? "" : $" ({Wait})") + (HasWaiters ? Waiting : "");

    /// <summary>Every load, the rates ascending.</summary>
    public static IEnumerable<LatencyLoad> All(double maximum)
    {
        (string Name, long PerSecond)[] rates = [("100 k/s", 100_000), (Million, 1_000_000), (Half, (long)(maximum / 2)), (Most, (long)(maximum * 0.8))];
        foreach ((string name, long perSecond) in rates)
        {
            yield return new LatencyLoad(name, perSecond, WaitMode.Balanced, HasWaiters: false, IsAlone: true);
            yield return new LatencyLoad(name, perSecond, WaitMode.Balanced, HasWaiters: false);
            yield return new LatencyLoad(name, perSecond, WaitMode.LowLatency, HasWaiters: false);
            yield return new LatencyLoad(name, perSecond, WaitMode.Balanced, HasWaiters: true);
        }
    }

    public OpenLoop.OpenLoop Loop(Topology topology, long settling, long intents) => new(topology, Wait, PerSecond, settling, intents)
    {
        SampleEvery = HasWaiters ? (int)Math.Max(1, PerSecond / SamplesPerSecond) : 0,
    };
}
