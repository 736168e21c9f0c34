using System.Globalization;

namespace Floodwall.Load.Reporting;

/// <summary>What a report was taken under: stated in it, and held against what another one was taken under.</summary>
internal static class Conditions
{
    /// <summary>Counted runs below which a median and its spread say little.</summary>
    public const int FewestRuns = 5;

    /// <summary>The setting that holds what the command line asked for.</summary>
    public const string Asked = "asked for";

    private const string Soak = "soak";
    private static readonly string[] WithEntries = ["scale", "verify"];

    // Settings by how their names begin; others, such as intents per run, are found out anew by each run.
    private static readonly string[] Compared = [Asked, "seconds of a ", "agents", "topology", "producers", "counted runs"];

    /// <summary>The report with what was asked for among its settings, and a warning where its runs were few.</summary>
    public static Report Stated(Report report, LoadOptions options)
    {
        SortedDictionary<string, string> settings = new(StringComparer.Ordinal) { [Asked] = Text(report.Scenario, options) };
        foreach ((string name, string value) in report.Settings)
        {
            settings[name] = value;
        }

        int runs = report.Series.Count == 0 ? 0 : report.Series.Min(series => series.Runs.Count);
        string[] few = options.Smoke || runs >= FewestRuns
            ? []
            : [$"Some figures have only {runs} counted {(runs == 1 ? "run" : "runs")} behind them; {FewestRuns} are the least that a median and its spread are worth reading of."];
        return report with { Settings = settings, Warnings = [.. report.Warnings, .. few] };
    }

    /// <summary>What keeps the figures of two reports from being compared, as warnings; empty where nothing does.</summary>
    public static IReadOnlyList<string> Differences(Report now, Report before)
    {
        List<string> warnings = [];
        if (now.Machine.Line != before.Machine.Line)
        {
            warnings.Add($"The report compared with is of another machine or runtime: {before.Machine.Line}.");
        }

        string[] other =
        [
            .. now.Settings.Where(setting => Compared.Any(name => setting.Key.StartsWith(name, StringComparison.Ordinal)))
                .Where(setting => before.Settings.TryGetValue(setting.Key, out string? value) && value != setting.Value)
                .Select(setting => $"{setting.Key}: {before.Settings[setting.Key]} then, {setting.Value} now"),
        ];
        if (other.Length > 0)
        {
            warnings.Add($"The report compared with was taken with other settings: {string.Join("; ", other)}.");
        }

        return warnings;
    }

    // Without what this scenario does not look at, so that one asked for by itself compares with the same one out of all.
    private static string Text(string scenario, LoadOptions options)
    {
        List<string> asked = [];
        void Add(string name, IFormattable? value)
        {
            if (value is not null)
            {
                asked.Add($"{name} {value.ToString(null, CultureInfo.InvariantCulture)}");
            }
        }

        Add("--seconds", scenario == Soak ? null : options.Seconds);
        Add("--runs", scenario == Soak ? null : options.CountedRuns);
        Add("--producers", options.Producers);
        Add("--agents", options.Agents);
        Add("--topology", options.Topology);
        Add("--minutes", scenario == Soak ? options.Minutes : null);
        Add("--entries", WithEntries.Contains(scenario) ? options.Entries : null);
        return string.Join(' ', asked);
    }
}
