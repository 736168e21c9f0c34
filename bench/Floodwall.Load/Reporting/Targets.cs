using System.Globalization;
using System.Text;
using Floodwall.Load.Scenarios.Peers.Admission;

namespace Floodwall.Load.Reporting;

/// <summary>Which side of its threshold a figure is wanted on.</summary>
internal enum Aim
{
    AtLeast,
    AtMost,
}

/// <summary>One figure that was wanted of the wall before it was measured.</summary>
/// <param name="What">What it is of.</param>
/// <param name="Scenario">The scenario in whose report it stands.</param>
/// <param name="Headline">The headline that gives it.</param>
/// <param name="Side">Which side of the threshold is wanted.</param>
/// <param name="Threshold">In the headline's unit.</param>
/// <param name="Unit">The unit, × for a ratio.</param>
internal sealed record Target(string What, string Scenario, string Headline, Aim Side, double Threshold, string Unit)
{
    // What is missed by less is missed all the same, and not by nothing.
    private const double LeastPerCent = 0.1;

    /// <summary>A headline of the same report that the figure is divided by; null where it stands by itself.</summary>
    public string? Over { get; init; }

    /// <summary>Seconds that the runs of a series have to last together for the figure to say anything; 0 for any.</summary>
    public double LeastSeconds { get; init; }

    /// <summary>Above this no figure can be: what it is held against was slowed by something else. Null for no such bound.</summary>
    public double? Most { get; init; }

    /// <summary>What would be better still.</summary>
    public double? Stretch { get; init; }

    /// <summary>What was wanted in words of its own; null for the threshold with its side.</summary>
    public string? Words { get; init; }

    /// <summary>What was wanted, in words.</summary>
    public string Wanted =>
        Words ?? (Side == Aim.AtLeast ? "at least " : "at most ") + Targets.Amount(Threshold, Unit) + (Stretch is { } more ? $", stretch {Targets.Amount(more, Unit)}" : "");

    /// <summary>The figure, out of the one report of its scenario; null where there is no such report, not the headline in it, or it was too short.</summary>
    public double? Figure(IReadOnlyList<Report> reports)
    {
        IReadOnlyList<Headline> headlines = reports.FirstOrDefault(report => report.Scenario == Scenario && Lasted(report) >= LeastSeconds)?.Headlines ?? [];
        double? value = headlines.FirstOrDefault(one => one.Name == Headline)?.Value;
        return Over is null ? value : value / headlines.FirstOrDefault(one => one.Name == Over)?.Value;
    }

    /// <summary>"met", "missed" by how much, that it says nothing, or "not measured".</summary>
    public string Verdict(double? figure)
    {
        if (figure is not { } value)
        {
            return "not measured";
        }

        if (value > Most)
        {
            return $"**says nothing**: above {Targets.Amount(Most.Value, Unit)}, so what it is held against was slowed by something else";
        }

        string verdict = Miss(value, Threshold) is { } miss ? $"**missed** {miss}" : "met";
        return Stretch is { } more && Miss(value, more) is { } far && verdict == "met" ? $"met; stretch missed {far}" : verdict;
    }

    private static double Lasted(Report report) => report.Series.Select(series => series.Runs.Sum(run => run.Seconds)).DefaultIfEmpty(0).Max();

    private string? Miss(double value, double threshold)
    {
        if (Side == Aim.AtLeast ? value >= threshold : value <= threshold)
        {
            return null;
        }

        if (threshold == 0)
        {
            return $"by {Targets.Amount(value, Unit)}";
        }

        // Far above, times say more than per cent.
        double times = value / threshold;
        return times > 2 ? $"by ×{Figures.Of(times)}" : string.Create(CultureInfo.InvariantCulture, $"by {Math.Max(LeastPerCent, 100 * Math.Abs(1 - times)):0.#} %");
    }
}

/// <summary>
/// Every figure that was wanted before anything was measured, with what the reports say of it. A figure is of one report, and so of one run:
/// what stands in two reports was taken at two times, and is never put together.
/// </summary>
internal static class Targets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("end to end, Appended with signed checkpoints", "end-to-end", "Appended", Aim.AtLeast, 10, "M intents/s") { Stretch = 15 },
        new("the same against the assembled peer", "peers", "end to end", Aim.AtLeast, 10, "×") { Stretch = 20 },
        new("bytes allocated per intent, steady state", "soak", "bytes allocated per intent", Aim.AtMost, 0.01, "B") { Words = "0 (below 0.01: the harness allocates too)" },
        new("Gen0 collections in a run of 60 s or more", "soak", "collections in the steady state", Aim.AtMost, 0, "") { Words = "none", LeastSeconds = 60 },
        new("end to end against the slowest thread's stages alone", "stages", "pipeline against its slowest thread", Aim.AtLeast, 0.85, "×") { Most = 1 },
        new("hashing efficiency", "stages", "hashing efficiency", Aim.AtLeast, 0.75, "×"),
        new("ring hop against a bounded Channel", "peers", "hop, against the faster bounded Channel", Aim.AtLeast, 10, "×"),
        new("admission against PartitionedRateLimiter", "peers", "admission, against PartitionedRateLimiter", Aim.AtLeast, 20, "×"),
        new("admission at 1 M agents against 10", "peers", AgentsCurve.Flat, Aim.AtMost, 1.2, "×") { Words = "flat within 20 %, cache effects apart" },
        new("gate, 3 policies, against a hand-written if chain", "stages", "gate against an if chain", Aim.AtMost, 2, "×"),
        new("gate, 100 rules", "stages", "gate, 100 rules", Aim.AtMost, 200, "ns"),
        new("Durable against Appended", "end-to-end", "Durable", Aim.AtLeast, 0.7, "×") { Over = "Appended" },
        new("p99.9 at 50 % of the maximum, Appended", "latency", "50% of the maximum: Appended, p99.9", Aim.AtMost, 1000, "µs") { Words = "below 1 ms on a quiet machine" },
        new("p99.9 against the assembled peer, at half of its maximum", "peers", "p99.9 at half of the assembled one's maximum", Aim.AtLeast, 20, "×"),
    ];

    /// <summary>The table over all of them.</summary>
    public static void Append(StringBuilder page, IReadOnlyList<Report> reports)
    {
        page.Append("\n## Targets\n\nEach figure stands in one report, and so is of one run; none is put together from two.\n\n| | wanted | is | | |\n| --- | --- | ---: | --- | --- |\n");
        foreach (Target target in All)
        {
            double? figure = target.Figure(reports);
            string source = figure is null ? target.Scenario : $"[{target.Scenario}]({target.Scenario}/README.md)";
            page.Append(CultureInfo.InvariantCulture,
                $"| {target.What} | {target.Wanted} | {(figure is { } value ? Amount(value, target.Unit) : "")} | {target.Verdict(figure)} | {source} |\n");
        }
    }

    /// <summary>A figure with its unit.</summary>
    internal static string Amount(double value, string unit) => unit switch
    {
        "" => Short(value),
        "×" => $"×{Short(value)}",
        _ => $"{Short(value)} {unit}",
    };

    // Thresholds are round: 10, not 10.0.
    private static string Short(double value) =>
        value == Math.Round(value) && Math.Abs(value) < 1000 ? value.ToString("0", CultureInfo.InvariantCulture) : Figures.Of(value);
}
