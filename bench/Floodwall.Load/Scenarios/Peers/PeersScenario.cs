using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.Peers.Admission;
using Floodwall.Load.Scenarios.Peers.Append;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Peers.EndToEnd;
using Floodwall.Load.Scenarios.Peers.Latency;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers;

/// <summary>The wall against what is assembled from the box in its place, and each stage against the libraries that are usually taken for it.</summary>
internal sealed class PeersScenario : IScenario
{
    private const double DefaultSeconds = 0.5;
    private const long Settling = 300_000;
    private const long SmokeIntents = 10_000;

    // Stages repeat shorter runs: there are many of them.
    private const double StageShare = 0.3;

    private static readonly string[] Rates = [PeerLatency.HalfOfTheirs, PeerLatency.HalfOfOurs];

    public string Name => "peers";

    public string Summary => "the wall and each stage against what is in the box: Channel, Dataflow, RateLimiting, PriorityQueue, SQLite, SHA256 chain";

    public int Order => 25;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        FloodShape shape = new(options.Agents) { Refuses = false };
        Topology topology = options.Topology ?? Topologies.Default(Environment.ProcessorCount);
        double seconds = options.Seconds ?? DefaultSeconds;
        long settling = options.Smoke ? SmokeIntents : Settling;
        Runner runner = new(options.CountedRuns, warmUp: !options.Smoke, context.Progress);

        PeerFloods floods = new(shape, context.Ledgers, topology);
        PeerCalibration calibration = new(context, floods, settling);
        IReadOnlyList<string> tried = options.Smoke ? [] : calibration.Tune();
        long intents = options.Smoke ? SmokeIntents : calibration.Intents(seconds, floods.Names);
        IReadOnlyList<Series> ends = runner.Run([.. floods.Candidates(settling, intents, options.Smoke ? 0 : PeerFloods.LeastCheckpoints)]);

        IReadOnlyList<StageKind> kinds = PeerStages.All(shape, context.Ledgers);
        StageTimer timer = new(seconds * StageShare, options.Smoke);
        IReadOnlyList<Series> stages = runner.Run([.. kinds.Select(timer.Candidate)]);

        AgentsCurve curve = new(context);
        IReadOnlyList<Series> agents = curve.Measure();

        PeerLatency latency = new(context, shape, topology, floods.Tuning, seconds, settling);
        IReadOnlyList<Series> loops = latency.Run(runner);

        Comparison[] comparisons = [.. EndToEnd(ends, floods), .. PeerStages.Compare(stages), .. Tails(latency)];
        Series[] all = [.. ends, .. stages, .. agents, .. loops];
        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Peers: what is in the box instead",
            Summary = $"""
                *Assembled from the box* is what a .NET developer would put in the wall's place with care for speed: bounded Channel, PartitionedRateLimiter,
                PriorityQueue, the three seed policies as delegates, a SHA256.HashData chain over the same {HashChainLog.HeaderBytes + DecisionEntry.CoreLength}-byte records, FileStream. It tells a decision once its
                batch is with the operating system, as Floodwall's tier Appended does; *lean* goes without the queue and tells earlier. Nobody here signs,
                syncs, builds a tree, checks intents or looks for duplicates but Floodwall. Then each stage against the libraries usually taken for it.
                Everything of a section runs in rounds in one process; ratios are peer ÷ ours, round by round, so more than 1 means ours is faster.
                The targets are printed beside the figures; a slow figure fails nothing, a wrong answer everything.
                """,
            Machine = context.DescribeMachine(),
            Settings = Settings(options, shape, topology, floods.Tuning, settling, intents, seconds),
            Headlines = [.. comparisons.Select(one => one.Headline), .. curve.Headlines()],
            Series = all,
            Tables = [Comparison.Table(comparisons), curve.Table(), latency.Table()],
            Plots =
            [
                new Plot("intents a second", "million intents/s, median; whiskers: slowest and fastest run", [.. ends.Select(one => new PlotBar(one.Name, one.PerSecond / 1e6, 1e3 / one.Nanoseconds.Max, 1e3 / one.Nanoseconds.Min))]),
                .. ((string[])["hop", "admission", "queue", "append"]).Select(stage => StagePlot(stage, stages)),
            ],
            LinePlots = [curve.Plot(), latency.Plot()],
            Warnings = [.. curve.Warnings, .. SqliteDatabase.Missing is { } why ? (string[])[$"SQLite's native library cannot be loaded here, so its rows are left out: {why}"] : [], .. latency.Warnings()],
            Checks =
            [
                "End to end: everybody was given the same intents and told the same counts and sums of ids, admitted, deferred and rejected; nobody was refused.",
                "Every ledger verified, every hash chain worked out anew from its file, and the decisions in both held against what was told.",
                $"End to end: the wall signed at least {PeerFloods.LeastCheckpoints} checkpoints within the time of every run (not asked of a smoke); how many stands among the further figures.",
                "Every hop: all eight words of every slot added up. Every admission: all tokens asked for were given. The queues: ids added up; lanes and heap of priority and age first followed a plain reference step by step.",
                "Every database: rows, ids and bytes asked of it after the run.",
                .. all.SelectMany(one => one.Runs).Select(run => run.Proof).Distinct(),
            ],
            Notes =
            [
                "The framework's token buckets are refilled by real time and cannot follow logical ticks, so the flood here is one in which nobody runs out of tokens: every bucket starts with 2,000,000,000. Their replenishment timer runs all the same.",
                "The assembled one's log has another order in every run: it depends on how full a batch was when the reader came. Floodwall's has the same bytes in every run and layout.",
                "GetTokenBucketLimiter allocates a closure at every call; the limiter here is given one factory made once. The 32 bytes that are left are the partitioned limiter's own.",
                "Floodwall without threads has no clock and signs by number of entries alone; with threads it signs by time as well. The number of intents is chosen by the fastest of all, and so that both sign several times.",
                "A channel's writer that finds no room spins and yields in the assembled one: waking it for each free slot would cost its reader a call into the kernel.",
                "A hop is timed until everything has arrived, in calls of 262,144; ours is the ring that the wall's threaded layouts are built on. The default layout on two cores has no hop.",
                $"Latency: half of {Figures.Rate(latency.OurMaximum)} and half of {Figures.Rate(latency.TheirMaximum)} intents/s, both maxima measured first with the same sender and handler. Whoever cannot keep up is marked as fallen behind; its latencies then only say that.",
                .. tried.Count == 0 ? [] : (string[])[$"The assembled one, with the batches and buffers that were tried before, the best taken for everything here: {string.Join("; ", tried)}."],
                .. Rates.Where(rate => !latency.KeptUp(rate)).Select(rate => $"p99.9 at {rate}: no ratio is given, since somebody fell behind. {latency.Tails(rate)}."),
                .. kinds.Select(kind => $"*{kind.Name}*: {kind.What}"),
            ],
        };
    }

    private static IEnumerable<Comparison> EndToEnd(IReadOnlyList<Series> series, PeerFloods floods)
    {
        Series Of(string name) => series.First(one => one.Name == name);
        yield return Comparison.Of("end to end", Of(PeerFloods.Assembled), Of(floods.Pipeline), target: 10, stretch: 20);
        yield return Comparison.Of("end to end, against the lean one", Of(PeerFloods.Lean), Of(floods.Pipeline));
        yield return Comparison.Of("end to end, without threads", Of(PeerFloods.Assembled), Of(PeerFloods.Synchronous), target: 10, stretch: 20, inIndex: false);
    }

    private static IEnumerable<Comparison> Tails(PeerLatency latency) =>
        Rates.Where(latency.KeptUp).Select(rate =>
            new Comparison($"p99.9 at {rate}", latency.TailRatio(rate), latency.Tails(rate), Target: 20));

    private static Plot StagePlot(string stage, IReadOnlyList<Series> series) => new(
        stage,
        "nanoseconds each, median; whiskers: fastest and slowest run",
        [
            .. series.Where(one => one.Name.StartsWith($"{stage}: ", StringComparison.Ordinal))
                .Select(one => new PlotBar(one.Name[(stage.Length + 2)..], one.Nanoseconds.Median, one.Nanoseconds.Min, one.Nanoseconds.Max)),
        ]);

    private static SortedDictionary<string, string> Settings(LoadOptions options, FloodShape shape, Topology topology, AssembledTuning tuning, long settling, long intents, double seconds) => new()
    {
        ["intents per run, end to end"] = intents.ToString("N0", CultureInfo.InvariantCulture),
        ["intents before the clock starts"] = settling.ToString("N0", CultureInfo.InvariantCulture),
        ["counted runs"] = options.CountedRuns.ToString(CultureInfo.InvariantCulture),
        ["seconds of the fastest one's run, end to end, about"] = seconds.ToString("0.###", CultureInfo.InvariantCulture),
        ["seconds of a stage's run, about"] = (seconds * StageShare).ToString("0.###", CultureInfo.InvariantCulture),
        ["agents"] = options.Agents.ToString("N0", CultureInfo.InvariantCulture),
        ["policies"] = shape.PoliciesText,
        ["topology"] = topology.ToString(),
        ["the assembled one's channel and batch"] = $"{AssembledWall.ChannelCapacity} slots; {tuning}",
        ["SQLite"] = SqliteDatabase.Missing is null ? SqliteDatabase.Version : "not to be had here",
    };
}
