using System.Diagnostics;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Scenarios.OpenLoop;

/// <summary>A histogram of timestamps as the figures of a report, in microseconds.</summary>
internal static class LatencyFigures
{
    /// <summary>The percentiles that reports give, by name; the last is the maximum.</summary>
    public static IReadOnlyList<(string Name, double Share)> Percentiles { get; } =
        [("p50 µs", 0.5), ("p90 µs", 0.9), ("p99 µs", 0.99), ("p99.9 µs", 0.999), ("p99.99 µs", 0.9999), ("max µs", 1)];

    /// <summary>Name and value of each; NaN-free: a histogram without values gives 0.</summary>
    public static Dictionary<string, double> Of(LatencyHistogram histogram) =>
        Percentiles.ToDictionary(one => one.Name, one => histogram.Count == 0 ? 0 : Microseconds(histogram.Percentile(one.Share)));

    public static double Microseconds(long timestamps) => timestamps * 1e6 / Stopwatch.Frequency;
}
