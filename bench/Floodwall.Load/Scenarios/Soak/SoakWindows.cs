using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.OpenLoop;

namespace Floodwall.Load.Scenarios.Soak;

/// <summary>A soak by stretches of time: each a run of one series, the first the warm-up.</summary>
internal sealed class SoakWindows
{
    private const string Private = "private MiB";
    private const string Heap = "GC heap MiB";
    private const string Tail = "p99.9 µs";
    private const double MiB = 1 << 20;

    private readonly OpenLoopResult _result;
    private readonly long _perSecond;

    public SoakWindows(OpenLoopResult result, ReadOnlySpan<MemorySample> samples, long perSecond)
    {
        _result = result;
        _perSecond = perSecond;
        MemorySample[][] cut = Cut(samples, result.Appended.Length);
        MemorySample before = samples[0];
        for (int i = 0; i < cut.Length; i++)
        {
            (i == 0 ? Series.WarmUp : Series.Runs).Add(Of(result.Appended[i], before, cut[i]));
            before = cut[i][^1];
        }
    }

    public Series Series { get; } = new("soak: Appended");

    /// <summary>Says so where the sender did not keep to the schedule.</summary>
    public string? FellBehind => _result.SentPerSecond < 0.99 * _perSecond
        ? $"The sender fell behind: asked {Figures.Rate(_perSecond)}/s, sent {Figures.Rate(_result.SentPerSecond)}/s, at the end {Figures.Of(LatencyFigures.Microseconds(_result.LastLag) / 1000)} ms late."
        : null;

    public IReadOnlyList<Headline> Headlines()
    {
        (double firstTail, double lastTail) = Thirds(Tail);
        (double firstPrivate, double lastPrivate) = Thirds(Private);
        (double firstHeap, double lastHeap) = Thirds(Heap);
        int gen0 = Series.Runs.Sum(run => run.Gen0);
        int gen1 = Series.Runs.Sum(run => run.Gen1);
        int gen2 = Series.Runs.Sum(run => run.Gen2);
        return
        [
            new Headline("p99.9 at the soak's rate", Series.Figure(Tail)!.Median, "µs", $"median of the stretches, at {Figures.Rate(_perSecond)} intents/s; worst of all {Figures.Of(Series.Figure("max µs")!.Max)} µs"),
            new Headline("drift of p99.9", lastTail / Math.Max(firstTail, 1e-9), "× from first third to last", $"{Figures.Of(firstTail)} to {Figures.Of(lastTail)} µs, medians of the stretches"),
            new Headline("growth of private memory", lastPrivate - firstPrivate, "MiB", $"{Figures.Of(firstPrivate)} to {Figures.Of(lastPrivate)}, GC heap {Figures.Of(firstHeap)} to {Figures.Of(lastHeap)}; first third to last"),
            new Headline("collections in the steady state", gen0, "in all", $"generations 0/1/2: {gen0}/{gen1}/{gen2}; {Series.Runs.Sum(run => run.AllocatedBytes):N0} bytes allocated by the whole process, this harness included"),
            new Headline("bytes allocated per intent", (double)Series.Runs.Sum(run => run.AllocatedBytes) / Series.Runs.Sum(run => run.Operations), "B", "by the whole process, this harness included") { InIndex = false },
        ];
    }

    public IReadOnlyList<LinePlot> Plots()
    {
        double seconds = Series.Runs[0].Seconds;
        PlotAxis time = new("seconds since the first intent; a point at the end of its stretch");
        PlotLine Line(string name) => new(name, [.. Series.WarmUp.Concat(Series.Runs).Select((run, i) => Point((i + 1) * seconds, run.Figures![name]))]);
        return
        [
            new LinePlot("Latency over time", time, new PlotAxis("microseconds from the intended send to Appended", Logarithmic: true),
                [.. LatencyFigures.Percentiles.Select(percentile => Line(percentile.Name))]),
            new LinePlot("Memory over time", time, new PlotAxis("MiB, the most of each stretch"), [Line("working set MiB"), Line(Private), Line(Heap)]),
        ];
    }

    private static PlotPoint Point(double x, double y) => new(x, y, y, y);

    private Reading Of(LatencyHistogram histogram, MemorySample before, MemorySample[] samples) => new()
    {
        Series = Series.Name,
        Operations = Math.Max(1, histogram.Count),
        Seconds = (double)_result.Reading.Operations / _perSecond / _result.Appended.Length,
        AllocatedBytes = samples[^1].Allocated - before.Allocated,
        Gen0 = samples[^1].Gen0 - before.Gen0,
        Gen1 = samples[^1].Gen1 - before.Gen1,
        Gen2 = samples[^1].Gen2 - before.Gen2,
        Figures = new Dictionary<string, double>(LatencyFigures.Of(histogram))
        {
            ["working set MiB"] = samples.Max(sample => sample.WorkingSet) / MiB,
            [Private] = samples.Max(sample => sample.Private) / MiB,
            [Heap] = samples.Max(sample => sample.Heap) / MiB,
        },
    };

    // By equal times; a stretch without a sample takes over the one before.
    private static MemorySample[][] Cut(ReadOnlySpan<MemorySample> samples, int windows)
    {
        MemorySample[] all = samples.ToArray();
        double length = Math.Max(1, (double)(all[^1].At - all[0].At) / windows);
        MemorySample[][] cut = new MemorySample[windows][];
        for (int i = 0; i < windows; i++)
        {
            MemorySample[] within = [.. all.Where(sample => Math.Min(windows - 1, (int)((sample.At - all[0].At) / length)) == i)];
            cut[i] = within.Length > 0 ? within : i > 0 ? [cut[i - 1][^1]] : [all[0]];
        }

        return cut;
    }

    private (double First, double Last) Thirds(string figure)
    {
        double[] values = [.. Series.Runs.Select(run => run.Figures![figure])];
        int third = Math.Max(1, values.Length / 3);
        return (Statistics.Of(values[..third]).Median, Statistics.Of(values[^third..]).Median);
    }
}
