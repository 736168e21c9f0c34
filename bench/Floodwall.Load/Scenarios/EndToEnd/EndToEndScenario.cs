using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>From submit to decision through the whole wall, by topology and tier.</summary>
internal sealed class EndToEndScenario : IScenario
{
    public const string ScenarioName = "end-to-end";

    private const double DefaultSeconds = 0.5;
    private const int SeveralProducers = 4;
    private const int ManyRules = 100;
    private const long Settling = 400_000;
    private const long SmokeIntents = 20_000;
    private const long MostIntents = 40_000_000;

    public string Name => ScenarioName;

    public string Summary => "submit, admission, gate, signed ledger: intents a second by topology and tier";

    public int Order => 10;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        FloodShape shape = new(options.Agents);
        WallRun run = new(shape, context.Ledgers);
        WallLayout[] all = [.. Layouts(options)];
        WallLayout[] layouts = [.. all.Where(layout => layout.OwnTiers.Any(tier => IsAsked(options, layout.Series(tier))))];
        ShardedRun? shards = options.Topology is null && options.Producers is null && Environment.ProcessorCount > 1
            ? new ShardedRun(shape, context.Ledgers, Environment.ProcessorCount)
            : null;
        shards = shards is not null && IsAsked(options, shards.Series) ? shards : null;
        if (layouts.Length == 0 && shards is null)
        {
            throw new ArgumentException($"no row's name contains '{options.Only}'");
        }

        double seconds = options.Seconds ?? DefaultSeconds;
        long settling = options.Smoke ? SmokeIntents : Settling;
        WallLayout calibrated = all.First(one => one is { HasLedger: true, Topology: not null, Rules: 0 });
        long intents = options.Smoke ? SmokeIntents : Calibrate(context, run, calibrated, seconds);
        Runner runner = new(options.CountedRuns, warmUp: !options.Smoke, context.Progress);
        IReadOnlyList<Series> series = runner.Run(
        [
            .. layouts.Select(layout => new Candidate(layout.Name + (layout.HasLedger ? "" : ", ledger off"), () => run.Run(layout, settling, intents))),
            .. shards is null ? (Candidate[])[] : [new Candidate(shards.Name, () => [shards.Run(settling, intents)])],
        ]);

        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "End to end: from submit to the decision told",
            Summary = $"""
                {Count(intents)} intents of {Count(options.Agents)} agents are submitted; admission, the gate and the ledger decide every one of them.
                The gate holds the three seed policies, and in the rows that say so {ManyRules} rules behind them. *Appended* is timed until the last
                decision is told, with checkpoints synced and signed meanwhile at the default cadence; *Durable* and *Signed* of the same run until its
                last entry is on disk, and under a published signed checkpoint. *Shards* are walls of their own, one for each core, with the agents
                between them and a ledger each: what they decide is added up, and no single ledger holds it. Segments are recycled, as those of a
                ledger that is pruned; in the row that says so they are made anew, on blocks that the disk has yet to give out.
                """,
            Machine = context.DescribeMachine(),
            Settings = Settings(options, settling, intents, seconds, calibrated, run.Pinned),
            Series = series,
            Headlines = [.. Headlines(series, layouts), .. ShardHeadline(series, shards)],
            Tables = [SideBySide(series, layouts, shards)],
            Plots = [new Plot("intents a second", "million intents/s, median; whiskers: slowest and fastest run", [.. series.Select(PlotBar)])],
            Warnings = options.Only is { } only ? [$"Only rows whose name contains '{only}' were run."] : [],
            Checks = Checks(series, layouts, shards),
            Notes =
            [
                "All layouts run in one process, in rounds, so the JIT's profile has seen every kind of handler; a process that runs one layout can be a little faster.",
                "The flood's window of intents is cycled through with running ids: making an intent costs two stores and is part of the time.",
                $"The {ManyRules} rules: {FloodShape.RuleGate.What}.",
                "The wall without threads has no clock and signs by number of entries alone; the others sign by time as well.",
            ],
        };
    }

    private static IEnumerable<WallLayout> Layouts(LoadOptions options)
    {
        Topology[] topologies = options.Topology is { } only ? [only] : [Topology.Direct, Topology.Fused, Topology.Paired, Topology.Split];
        int[] producers = options.Producers is { } asked ? [asked] : [1, SeveralProducers];
        List<(int Producers, int Rules)> loads = [.. producers.Select(count => (count, 0)), (producers[0], ManyRules)];
        foreach ((int count, int rules) in loads)
        {
            Topology?[] threads = count == 1 && options.Topology is null ? [null, .. topologies] : [.. topologies];
            foreach (Topology? topology in threads)
            {
                yield return new WallLayout(topology, WaitMode.Balanced, HasLedger: false, count, rules);
                yield return new WallLayout(topology, WaitMode.Balanced, HasLedger: true, count, rules);
            }
        }

        if (options.Topology is null)
        {
            yield return new WallLayout(Topology.Split, WaitMode.Balanced, HasLedger: true, producers[0], IsPinned: true);
        }

        yield return new WallLayout(topologies[0], WaitMode.LowLatency, HasLedger: true, producers[0]);
        yield return new WallLayout(topologies[0], WaitMode.Blocking, HasLedger: true, producers[0]);
        yield return new WallLayout(topologies[0], WaitMode.Balanced, HasLedger: true, producers[0], IsFresh: true);
    }

    private static bool IsAsked(LoadOptions options, string row) => options.Only is null || row.Contains(options.Only, StringComparison.OrdinalIgnoreCase);

    /// <summary>One number of intents for all layouts, so that they do the same work and reach the same root.</summary>
    private static long Calibrate(LoadContext context, WallRun run, WallLayout layout, double seconds)
    {
        context.Progress.Show("how many intents a run takes");
        return RunLength.Find(seconds, Settling, MostIntents, intents => run.Run(layout, Settling, intents)[0].Seconds);
    }

    private static SortedDictionary<string, string> Settings(LoadOptions options, long settling, long intents, double seconds, WallLayout calibrated, SortedDictionary<string, string> pinned) => new()
    {
        ["intents per run"] = Count(intents),
        ["seconds of a run, about"] = options.Smoke
            ? "as few as it takes"
            : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}, of {calibrated.Series(Tiers.Appended)}; all have as many intents"),
        ["intents before the clock starts"] = Count(settling),
        ["counted runs"] = Count(options.CountedRuns),
        ["producers"] = options.Producers is { } asked ? Count(asked) : $"1, and {SeveralProducers} in the rows that say so",
        ["agents"] = Count(options.Agents),
        ["resources, topics, environments"] = $"{FloodShape.UsualResources}, {FloodShape.Topics}, {FloodShape.Environments}",
        ["policies"] = new FloodShape(options.Agents).PoliciesText,
        ["entries longer than 54 bytes"] = $"{FloodShape.LongPerMille / 10.0}%",
        ["rings"] = $"{new PipelineOptions().IngressSlots} and {new PipelineOptions().DecisionSlots} slots",
        ["checkpoints"] = $"every {Count((long)new CheckpointSettings().EveryEntries)} entries or {new CheckpointSettings().Interval.TotalMilliseconds} ms",
        ["stage threads pinned"] = string.Join("; ", pinned.Select(pair => $"{pair.Key} {pair.Value}")),
    };

    private static List<Headline> Headlines(IReadOnlyList<Series> series, WallLayout[] layouts)
    {
        List<Headline> headlines = [];
        (int Producers, int Rules)[] loads = [.. layouts.Select(layout => (layout.Producers, layout.Rules)).Distinct()];
        foreach ((int producers, int rules) in loads)
        {
            // One tier says enough of the other loads.
            bool first = (producers, rules) == loads[0];
            string load = first ? "" : rules > 0 ? $", {rules} rules" : $", {producers} producers";
            foreach (string tier in first ? Tiers.All : [Tiers.Appended])
            {
                HashSet<string> names =
                    [.. layouts.Where(layout => layout.Topology is not null && (layout.Producers, layout.Rules) == (producers, rules)).Select(layout => layout.Series(tier))];
                if (series.Where(one => names.Contains(one.Name)).MinBy(one => one.Nanoseconds.Median) is not { } best)
                {
                    continue;
                }

                string allocated = best.BytesPerOperation.ToString("0.#####", CultureInfo.InvariantCulture);
                headlines.Add(new Headline(
                    tier + load,
                    best.PerSecond / 1e6,
                    "M intents/s",
                    $"{Figures.Of(best.Nanoseconds.Median)} ns each, best of the layouts: {best.Name}; {allocated} B allocated per intent"));
            }
        }

        return headlines;
    }

    private static IEnumerable<Headline> ShardHeadline(IReadOnlyList<Series> series, ShardedRun? shards) =>
        series.Where(one => one.Name == shards?.Series).Select(one => new Headline(
            $"{Tiers.Appended}, {Environment.ProcessorCount} walls together",
            one.PerSecond / 1e6,
            "M intents/s",
            $"{Figures.Of(one.Nanoseconds.Median)} ns each; {one.Name}: a ledger each, the agents between them"));

    private static ReportTable SideBySide(IReadOnlyList<Series> series, WallLayout[] layouts, ShardedRun? shards)
    {
        Dictionary<string, Series> byName = series.ToDictionary(one => one.Name);
        string Rate(string name) => byName.TryGetValue(name, out Series? one) ? Figures.Of(one.PerSecond / 1e6) : "";
        return new ReportTable(
            "Side by side: million intents a second",
            ["", .. Tiers.All],
            [
                .. layouts.Select(layout => layout with { HasLedger = true }).Distinct().Select(IReadOnlyList<string> (layout) =>
                    [layout.Name, .. Tiers.All.Select(tier => Rate(layout.Series(tier)))]),
                .. shards is null ? (IReadOnlyList<string>[])[] : [[shards.Name, "", Rate(shards.Series), "", ""]],
            ]);
    }

    private static PlotBar PlotBar(Series series) =>
        new(series.Name, series.PerSecond / 1e6, 1e3 / series.Nanoseconds.Max, 1e3 / series.Nanoseconds.Min);

    private static List<string> Checks(IReadOnlyList<Series> series, WallLayout[] layouts, ShardedRun? shards)
    {
        HashSet<string> several = [.. layouts.Where(layout => layout.Producers > 1).SelectMany(layout => Tiers.All.Select(layout.Series))];
        int own = series.Where(one => several.Contains(one.Name)).SelectMany(one => one.Runs).Select(run => run.Proof).Distinct().Count();
        return
        [
            "Every run: outcomes told, decided and refused add up to what was submitted.",
            "Every ledger: closed, verified with LedgerVerifier against its key, its decisions counted and their ids added up against what was told.",
            "All runs of all layouts with one producer and the same gate gave the same counts, and all their ledgers the same root.",
            .. series.Where(one => !several.Contains(one.Name)).SelectMany(one => one.Runs).Select(run => run.Proof).Distinct(),
            .. shards is null ? [] : (string[])["Shards: every ledger of every run verified, and in every run the same ones; their answers are the ones that begin with 'shard 0'."],
            .. own == 0 ? [] : (string[])[$"Several producers: {own} answers, each right for the order in which its intents came; they stand in report.json."],
        ];
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
