using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Latency;

/// <summary>From when an intent was to be sent to its acknowledgement, at fixed rates, by tier.</summary>
internal sealed class LatencyScenario : IScenario
{
    private const double DefaultSeconds = 1;
    private const long Settling = 400_000;
    private const long SmokeIntents = 10_000;

    public string Name => "latency";

    public string Summary => "open loop at fixed rates: p50 to p99.99 and max from the intended send to Appended, Durable, Signed";

    public int Order => 30;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        double seconds = options.Seconds ?? DefaultSeconds;
        long settling = options.Smoke ? SmokeIntents : Settling;
        Topology topology = options.Topology ?? Topologies.Default(Environment.ProcessorCount);
        FloodShape shape = new(options.Agents);
        OpenLoopRun run = new(shape, context.Ledgers);
        double maximum = MaximumRate.Measure(context, run, topology, settling, seconds);
        LatencyLoad[] loads = [.. LatencyLoad.All(maximum)];
        LatencyRecord record = new(loads, skipFirst: !options.Smoke);

        Runner runner = new(options.CountedRuns, warmUp: !options.Smoke, context.Progress);
        IReadOnlyList<Series> series = runner.Run(
        [
            .. loads.Select(load =>
            {
                long intents = options.Smoke ? SmokeIntents : Math.Max(SmokeIntents, (long)(load.PerSecond * seconds));
                return new Candidate(load.Name, () => record.Take(load, load.IsAlone
                    ? ScheduleAlone.Run(load.Name, shape, load.PerSecond, intents)
                    : run.Run(load.Name, load.Loop(topology, settling, intents))));
            }),
        ]);

        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Latency: from the intended send to the acknowledgement",
            Summary = $"""
                One thread sends on a schedule that waits for nobody (open loop); each time begins when the intent was *due*, whenever it was sent, so that
                a stall counts for everyone behind it (no coordinated omission). *Appended* is taken for every intent, in the decision handler on the
                ledger's thread. *Durable* and *Signed* are taken when a caller of SubmitAsync goes on, for a sample of about {LatencyLoad.SamplesPerSecond:N0} intents a second in turn;
                while anybody waits checkpoints follow one another without a pause, so those runs stand apart. Topology {topology}, wait mode Balanced
                unless it says otherwise. The maximum, {Figures.Rate(maximum)} intents/s, was measured first, with the same sender and handler.
                """,
            Machine = context.DescribeMachine(),
            Settings = new SortedDictionary<string, string>
            {
                ["seconds of a run, about"] = seconds.ToString(CultureInfo.InvariantCulture),
                ["counted runs"] = options.CountedRuns.ToString(CultureInfo.InvariantCulture),
                ["agents"] = options.Agents.ToString("N0", CultureInfo.InvariantCulture),
                ["intents before the clock starts"] = settling.ToString("N0", CultureInfo.InvariantCulture),
                ["precision of a histogram"] = "a bucket is at most 1/128 of its value wide; times are rounded up to its end; the maximum is exact",
                ["sender"] = "one thread that spins until an intent is due",
            },
            Series = series,
            Headlines = Headlines(series, maximum),
            Tables = [record.Table(series)],
            LinePlots = record.Plots(),
            Warnings = record.Warnings(series),
            Checks =
            [
                "Every run: outcomes told add up to what was sent, latencies to what was decided, answers to the callers who waited, each at the tier asked for.",
                "Every ledger: closed, verified, its decisions counted and their ids added up against what was told.",
                .. series.SelectMany(one => one.Runs).Select(one => one.Proof).Distinct(),
            ],
            Notes =
            [
                "*sent* is what the sender achieved, by the time of its last send; *largest lag* the most that a send was behind its time. A sender that falls behind keeps its schedule, and what it lost is in the latencies.",
                "Nanoseconds each in the results below are the spacing of the decisions told, not latencies.",
                $"*The schedule alone* is the same sender with nothing behind it, in the same rounds: what is late there is the machine's doing. *Stalled* is the time that the sender stood still for {StallMeter.Least.TotalMicroseconds:0} µs or more at a stretch, in the wall or out of it; *by other threads* the part of it in which the kernel had switched to another thread, the wall's or anybody's; *by the host* that in which it counted no time for the sender and had not switched either (where the host of a virtual machine tells what it takes; elsewhere that is in the rest). The rest is the sender's own work and interrupts.",
                topology == Topology.Direct
                    ? "With Direct the sender runs the stages; the wall's other threads hash, sync and sign, and stay on the last core in wait mode Balanced."
                    : "In wait mode Balanced a stage that finds nothing to do ends up sleeping a millisecond at a time; at low rates that is what is seen.",
                "The decision handler reads the clock and counts for every intent, some 25 ns on the ledger's thread; the maximum holds that too.",
            ],
        };
    }

    private static List<Headline> Headlines(IReadOnlyList<Series> series, double maximum)
    {
        List<Headline> headlines = [new Headline("maximum, one producer", maximum / 1e6, "M intents/s", "what the shares of the maximum are of")];
        foreach (string name in (string[])[
            $"{LatencyLoad.Million}: {Tiers.Appended}", $"{LatencyLoad.Half}: {Tiers.Appended}", $"{LatencyLoad.Most}: {Tiers.Appended}",
            $"{LatencyLoad.Half}{LatencyLoad.Waiting}: {Tiers.Durable}", $"{LatencyLoad.Half}{LatencyLoad.Waiting}: {Tiers.Signed}"])
        {
            Series one = series.First(one => one.Name == name);
            Series? alone = series.FirstOrDefault(alone => alone.Name == name.Replace($": {Tiers.Appended}", $"{LatencyLoad.Alone}: {Tiers.Appended}", StringComparison.Ordinal) && alone != one);
            string Value(string figure) => Figures.Of(one.Figure(figure)!.Median);
            string floor = alone is null ? "" : $"; the schedule alone has p99.9 {Figures.Of(alone.Figure("p99.9 µs")!.Median)} µs";
            headlines.Add(new Headline($"{name}, p99.9", one.Figure("p99.9 µs")!.Median, "µs", $"p50 {Value("p50 µs")}, p99 {Value("p99 µs")}, max {Value("max µs")} µs, medians of the runs{floor}"));
        }

        return headlines;
    }
}
