using System.Diagnostics;
using System.Globalization;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.OpenLoop;

namespace Floodwall.Load.Scenarios.Latency;

/// <summary>Collects what the loops gave: a reading for each tier of a run, and all counted runs of a tier in one histogram.</summary>
internal sealed class LatencyRecord(IReadOnlyList<LatencyLoad> loads, bool skipFirst)
{
    private const string Asked = "asked k/s";
    private const string Sent = "sent k/s";
    private const string Lag = "largest lag µs";

    // Less than this share of the rate asked for is not that rate.
    private const double KeptUp = 0.99;

    private readonly Dictionary<string, LatencyHistogram> _merged = [];
    private readonly HashSet<LatencyLoad> _warm = [];

    /// <summary>The readings of one run.</summary>
    public IReadOnlyList<Reading> Take(LatencyLoad load, OpenLoopResult result)
    {
        bool counts = !skipFirst || !_warm.Add(load);
        List<Reading> readings = [Of(load, Tiers.Appended, result, result.Appended[0], counts)];
        if (result.Waiters is { } waiters)
        {
            readings.Add(Of(load, Tiers.Durable, result, waiters.Durable, counts));
            readings.Add(Of(load, Tiers.Signed, result, waiters.Signed, counts));
        }

        return readings;
    }

    public ReportTable Table(IReadOnlyList<Series> series) => new(
        "All counted runs together, in microseconds",
        ["", "asked k/s", "sent k/s", "samples", .. LatencyFigures.Percentiles.Select(one => one.Name)],
        [
            .. series.Select(IReadOnlyList<string> (one) =>
            {
                LatencyHistogram all = _merged[one.Name];
                Dictionary<string, double> figures = LatencyFigures.Of(all);
                return
                [
                    one.Name,
                    Figures.Of(one.Figure(Asked)!.Median),
                    Figures.Of(one.Figure(Sent)!.Median) + (FellBehind(one) ? " **fell behind**" : ""),
                    all.Count.ToString("N0", CultureInfo.InvariantCulture),
                    .. LatencyFigures.Percentiles.Select(percentile => Figures.Of(figures[percentile.Name])),
                ];
            }),
        ]);

    public IReadOnlyList<LinePlot> Plots() =>
    [
        Plot("From the intended send to Appended", loads.Where(load => !load.HasWaiters).Select(load => $"{load.Name}: {Tiers.Appended}")),
        Plot("From the intended send to Durable and Signed", loads.Where(load => load.HasWaiters)
            .SelectMany(load => (string[])[$"{load.Name}: {Tiers.Durable}", $"{load.Name}: {Tiers.Signed}"])),
    ];

    /// <summary>One line for every load whose sender did not keep up.</summary>
    public IReadOnlyList<string> Warnings(IReadOnlyList<Series> series) =>
    [
        .. series.Where(one => one.Name.EndsWith(Tiers.Appended, StringComparison.Ordinal) && FellBehind(one)).Select(one =>
            $"The sender fell behind at {one.Name[..^(Tiers.Appended.Length + 2)]}: asked {Figures.Of(one.Figure(Asked)!.Median)} k/s, sent {Figures.Of(one.Figure(Sent)!.Min)} to {Figures.Of(one.Figure(Sent)!.Max)} k/s, up to {Figures.Of(one.Figure(Lag)!.Max / 1000)} ms late."),
    ];

    /// <summary>Whether the rate asked for was not kept up in some run; its latencies then only say that.</summary>
    public static bool FellBehind(Series series) => series.Figure(Sent)!.Min < KeptUp * series.Figure(Asked)!.Median;

    private Reading Of(LatencyLoad load, string tier, OpenLoopResult result, LatencyHistogram histogram, bool counts)
    {
        string name = $"{load.Name}: {tier}";
        if (!_merged.TryGetValue(name, out LatencyHistogram? merged))
        {
            _merged.Add(name, merged = new LatencyHistogram());
        }

        if (counts)
        {
            merged.Merge(histogram);
        }

        StallMeter stalls = result.Stalls;
        double PerSecond(long timestamps) => 1e6 * timestamps / Stopwatch.Frequency / result.Reading.Seconds;
        Dictionary<string, double> figures = new(LatencyFigures.Of(histogram))
        {
            ["samples"] = histogram.Count,
            [Asked] = load.PerSecond / 1e3,
            [Sent] = result.SentPerSecond / 1e3,
            ["told k/s"] = result.ToldPerSecond / 1e3,
            [Lag] = LatencyFigures.Microseconds(result.LargestLag),
            ["last lag µs"] = LatencyFigures.Microseconds(result.LastLag),
            ["stalled, µs a second"] = PerSecond(stalls.Total),
        };
        if (stalls.CanDivide)
        {
            figures["by other threads"] = PerSecond(stalls.OtherThreads);
            figures["by the host"] = PerSecond(stalls.Host);
            figures["core taken, times a second"] = stalls.Taken / result.Reading.Seconds;
        }

        return result.Reading with { Series = name, Figures = figures };
    }

    private LinePlot Plot(string title, IEnumerable<string> names)
    {
        // A percentile stands where one in so many lies beyond it; the maximum where the samples end.
        (string Label, double Share)[] at = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];
        PlotAxis x = new("percentile", Logarithmic: true, [.. at.Select(one => new PlotTick(1 / (1 - one.Share), one.Label))]);
        return new LinePlot(title, x, new PlotAxis("microseconds, all counted runs together", Logarithmic: true),
            [.. names.Select(name => new PlotLine(name, [.. at.Select(one => Point(_merged[name], one.Share))]))]);
    }

    private static PlotPoint Point(LatencyHistogram histogram, double share)
    {
        double microseconds = histogram.Count == 0 ? 0 : LatencyFigures.Microseconds(histogram.Percentile(share));
        return new PlotPoint(1 / (1 - share), microseconds, microseconds, microseconds);
    }
}
