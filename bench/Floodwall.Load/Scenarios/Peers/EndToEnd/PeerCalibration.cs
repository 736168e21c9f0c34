using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.EndToEnd;

/// <summary>Finds out, before anything counts, what the assembled wall likes best and how many intents a run takes.</summary>
internal sealed class PeerCalibration(LoadContext context, PeerFloods floods, long settling)
{
    private const long SweepIntents = 500_000;
    private const int SweepRuns = 3;
    private const long MostIntents = 20_000_000;

    /// <summary>So many that whoever signs by number of entries alone signs twice, wherever in its count it begins.</summary>
    public static long LeastIntents { get; } = 3 * (long)new CheckpointSettings().EveryEntries;

    /// <summary>Gives the assembled wall the batch and the buffer with which it is fastest; returns how it did with each, the best first.</summary>
    public IReadOnlyList<string> Tune()
    {
        Runner runner = new(SweepRuns, warmUp: true, context.Progress);
        IReadOnlyList<Series> series = runner.Run([.. AssembledTuning.All.Select(tuning => new Candidate($"assembled, {tuning}", () =>
        {
            floods.Tuning = tuning;
            return [floods.Run(PeerFloods.Assembled, settling, SweepIntents) with { Series = tuning.ToString() }];
        }))]);
        Series[] ranked = [.. series.OrderBy(one => one.Nanoseconds.Median)];
        floods.Tuning = AssembledTuning.All.First(tuning => tuning.ToString() == ranked[0].Name);
        return [.. ranked.Select(one => $"{Reporting.Figures.Of(one.Nanoseconds.Median)} ns with {one.Name}")];
    }

    /// <summary>One number of intents for everybody, by what the fastest of them takes once it is warm.</summary>
    /// <param name="seconds">Seconds that its run is to last.</param>
    /// <param name="names">Everybody.</param>
    public long Intents(double seconds, IReadOnlyList<string> names)
    {
        Dictionary<string, double> taken = [];
        foreach (string name in names)
        {
            context.Progress.Show($"how many intents a run takes: {name}");
            floods.Run(name, settling, settling);
            taken[name] = Math.Min(floods.Run(name, settling, settling).Seconds, floods.Run(name, settling, settling).Seconds);
        }

        string fastest = taken.MinBy(one => one.Value).Key;
        return Math.Max(LeastIntents, RunLength.Find(seconds, settling, MostIntents, intents => floods.Run(fastest, settling, intents).Seconds));
    }
}
