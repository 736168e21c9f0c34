using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>From submit to decision through the whole wall, by topology and tier.</summary>
internal sealed class EndToEndScenario : IScenario
{
    private const double DefaultSeconds = 2;
    private const long Settling = 400_000;
    private const long SmokeIntents = 20_000;
    private const long MostIntents = 40_000_000;

    public string Name => "end-to-end";

    public string Summary => "submit, admission, gate, signed ledger: intents a second by topology and tier";

    public int Order => 10;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        FloodShape shape = new(options.Agents);
        WallRun run = new(shape, options.Producers, context.Ledgers);
        WallLayout[] layouts = [.. Layouts(options)];

        double seconds = options.Seconds ?? DefaultSeconds;
        long settling = options.Smoke ? SmokeIntents : Settling;
        long intents = options.Smoke ? SmokeIntents : Calibrate(context, run, layouts, seconds);
        Runner runner = new(options.Smoke ? 1 : options.Runs, warmUp: !options.Smoke, context.Progress);
        IReadOnlyList<Series> series =
            runner.Run([.. layouts.Select(layout => new Candidate(layout.Name + (layout.HasLedger ? "" : ", ledger off"), () => run.Run(layout, settling, intents)))]);

        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "End to end: from submit to the decision told",
            Summary = $"""
                {options.Producers} producer(s) submit {Count(intents)} intents of {Count(options.Agents)} agents; admission, the three seed policies and the ledger decide
                every one of them. *Appended* is timed until the last decision is told, with checkpoints synced and signed meanwhile at the default
                cadence; *Durable* and *Signed* of the same run until its last entry is on disk, and under a published signed checkpoint.
                """,
            Machine = context.DescribeMachine(),
            Settings = Settings(options, settling, intents, run.Pinned),
            Series = series,
            Headlines = Headlines(series),
            Plots = [new Plot("intents a second", "million intents/s, median; whiskers: slowest and fastest run", [.. series.Select(PlotBar)])],
            Checks = Checks(options, series),
            Notes =
            [
                "All layouts run in one process, in rounds, so the JIT's profile has seen every kind of handler; a process that runs one layout can be a little faster.",
                "The flood's window of intents is cycled through with running ids: making an intent costs two stores and is part of the time.",
            ],
        };
    }

    private static IEnumerable<WallLayout> Layouts(LoadOptions options)
    {
        Topology[] topologies = options.Topology is { } only ? [only] : [Topology.Fused, Topology.Paired, Topology.Split];
        if (options.Producers == 1 && options.Topology is null)
        {
            yield return new WallLayout(null, WaitMode.Balanced, HasLedger: false);
            yield return new WallLayout(null, WaitMode.Balanced, HasLedger: true);
        }

        foreach (Topology topology in topologies)
        {
            yield return new WallLayout(topology, WaitMode.Balanced, HasLedger: false);
            yield return new WallLayout(topology, WaitMode.Balanced, HasLedger: true);
        }

        yield return new WallLayout(topologies[0], WaitMode.LowLatency, HasLedger: true);
        yield return new WallLayout(topologies[0], WaitMode.Blocking, HasLedger: true);
    }

    /// <summary>One number of intents for all layouts, so that they do the same work and reach the same root.</summary>
    private static long Calibrate(LoadContext context, WallRun run, WallLayout[] layouts, double seconds)
    {
        context.Progress.Show("how many intents a run takes");
        WallLayout layout = layouts.First(one => one is { HasLedger: true, Topology: not null });
        Reading reading = run.Run(layout, Settling, Settling)[0];
        return Math.Clamp((long)(seconds * 1e9 / reading.Nanoseconds) / 1000 * 1000, SmokeIntents, MostIntents);
    }

    private static SortedDictionary<string, string> Settings(LoadOptions options, long settling, long intents, SortedDictionary<Topology, int> pinned) => new()
    {
        ["intents per run"] = Count(intents),
        ["intents before the clock starts"] = Count(settling),
        ["counted runs"] = Count(options.Smoke ? 1 : options.Runs),
        ["producers"] = Count(options.Producers),
        ["agents"] = Count(options.Agents),
        ["resources, topics, environments"] = $"{FloodShape.Resources}, {FloodShape.Topics}, {FloodShape.Environments}",
        ["policies"] = "NoGlobalDestroy, BlastNeedsPriority, ResourceAllowlist",
        ["entries longer than 54 bytes"] = $"{FloodShape.LongPerMille / 10.0}%",
        ["rings"] = $"{new PipelineOptions().IngressSlots} and {new PipelineOptions().DecisionSlots} slots",
        ["checkpoints"] = $"every {Count((long)new CheckpointSettings().EveryEntries)} entries or {new CheckpointSettings().Interval.TotalMilliseconds} ms",
        ["stage threads pinned"] = string.Join(", ", pinned.Select(pair => $"{pair.Key} {pair.Value} of {Topologies.Threads(pair.Key)}")),
    };

    private static List<Headline> Headlines(IReadOnlyList<Series> series)
    {
        List<Headline> headlines = [];
        foreach (string tier in (string[])[Tiers.Off, Tiers.Appended, Tiers.Durable, Tiers.Signed])
        {
            Series? best = series.Where(one => one.Name.EndsWith($": {tier}", StringComparison.Ordinal) && !one.Name.StartsWith("Wall", StringComparison.Ordinal))
                .MinBy(one => one.Nanoseconds.Median);
            if (best is not null)
            {
                string allocated = best.BytesPerOperation.ToString("0.#####", CultureInfo.InvariantCulture);
                headlines.Add(new Headline(
                    tier, best.PerSecond / 1e6, "M intents/s", $"{best.Nanoseconds.Median:0.0} ns each, best of the layouts: {best.Name}; {allocated} B allocated per intent"));
            }
        }

        return headlines;
    }

    private static PlotBar PlotBar(Series series) =>
        new(series.Name, series.PerSecond / 1e6, 1e3 / series.Nanoseconds.Max, 1e3 / series.Nanoseconds.Min);

    private static List<string> Checks(LoadOptions options, IReadOnlyList<Series> series)
    {
        List<string> checks =
        [
            "Every run: outcomes told, decided and refused add up to what was submitted.",
            "Every ledger: closed, verified with LedgerVerifier against its key, its decisions counted and their ids added up against what was told.",
        ];
        if (options.Producers == 1)
        {
            checks.Add("All runs of all layouts gave the same counts, and all ledgers the same root.");
        }

        foreach (string proof in series.SelectMany(one => one.Runs).Select(run => run.Proof).Distinct())
        {
            checks.Add(proof);
        }

        return checks;
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
