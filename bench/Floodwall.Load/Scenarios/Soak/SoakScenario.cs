using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Soak;

/// <summary>One wall for minutes: whether memory, collections and the tail of the latencies stay as they were.</summary>
internal sealed class SoakScenario : IScenario
{
    private const long Settling = 400_000;
    private const long SmokeIntents = 60_000;
    private const int LeastWindows = 6;
    private const double WindowSeconds = 10;

    public string Name => "soak";

    public string Summary => "one wall for --minutes: memory, collections and the drift of p99.9 over stretches of time";

    public int Order => 60;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        Topology topology = options.Topology ?? Topologies.Default(Environment.ProcessorCount);
        long settling = options.Smoke ? SmokeIntents / 2 : Settling;
        double seconds = options.Minutes * 60;
        OpenLoopRun run = new(new FloodShape(options.Agents), context.Ledgers);
        double maximum = MaximumRate.Measure(context, run, topology, settling, Math.Min(1, seconds));
        (long perSecond, string? lowered) = SoakRate.Choose(maximum, seconds, context.Ledgers.FreeBytes);
        long intents = options.Smoke ? SmokeIntents : Math.Max(SmokeIntents, (long)(perSecond * seconds));
        seconds = (double)intents / perSecond;
        int windows = (int)Math.Clamp(seconds / WindowSeconds, LeastWindows, 60);

        if (!options.Smoke)
        {
            context.Progress.Show("old segments for the ledger");
            context.Ledgers.Prepare((long)(intents * SoakRate.BytesPerIntent));
        }

        TimeSpan interval = TimeSpan.FromSeconds(Math.Clamp(seconds / 1000, 0.001, 1));
        using MemorySampler sampler = new(interval, (int)(seconds / interval.TotalSeconds * 2) + 10_000);
        GC.Collect();
        context.Progress.Show($"{Figures.Rate(perSecond)} intents/s for {seconds / 60:0.0} minutes");
        OpenLoopResult result = run.Run(Name, new OpenLoop.OpenLoop(topology, WaitMode.Balanced, perSecond, settling, intents) { Windows = windows, Watch = sampler.Watch });
        SoakWindows record = new(result, sampler.Samples, perSecond);

        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Soak: whether it stays as it is",
            Summary = $"""
                One wall ({topology}, Balanced, with a ledger) takes {Figures.Rate(perSecond)} intents a second on schedule for {seconds / 60:0.##} minutes. The time is cut into
                {windows} stretches of {seconds / windows:0.#} s; the first warms up, each of the others is a counted run. Latencies are taken as in the latency scenario, from
                when an intent was due to when its decision is appended and told.
                """,
            Machine = context.DescribeMachine(),
            Settings = new SortedDictionary<string, string>
            {
                ["minutes"] = Figures.Of(seconds / 60),
                ["intents"] = intents.ToString("N0", CultureInfo.InvariantCulture),
                ["intents a second"] = Figures.Rate(perSecond),
                ["maximum measured before"] = Figures.Rate(maximum),
                ["agents"] = options.Agents.ToString("N0", CultureInfo.InvariantCulture),
                ["memory sampled every"] = $"{interval.TotalMilliseconds} ms",
            },
            Series = [record.Series],
            Headlines = record.Headlines(),
            LinePlots = record.Plots(),
            Warnings =
            [
                .. lowered is null ? [] : (string[])[lowered],
                .. record.FellBehind is { } behind ? (string[])[behind] : [],
            ],
            Checks =
            [
                "Outcomes told add up to what was sent, latencies to what was decided; the ledger was closed, verified, its decisions counted and their ids added up.",
                result.Reading.Proof,
            ],
            Notes =
            [
                "*private* is the working set without pages that belong to files: the mapped ledger's pages come and go with the kernel's writeback.",
                "The ledger's segments were written to before, as those of a wall that is pruned and recycles them; what the disk takes for new blocks stands under the machine.",
                "Nanoseconds each in the results below are the spacing of the schedule, not latencies.",
                $"Over the whole run, warm-up and all: {result.Reading.AllocatedBytes:N0} bytes allocated, collections {result.Reading.Gen0}/{result.Reading.Gen1}/{result.Reading.Gen2}.",
            ],
        };
    }
}
