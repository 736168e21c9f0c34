using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios;

namespace Floodwall.Load.Reporting;

/// <summary>Writes a report's folder (JSON, page, plots) and the index over all folders.</summary>
internal sealed class ReportWriter(LoadOptions options)
{
    private const string JsonFile = "report.json";
    private const string Page = "README.md";

    /// <summary>Refuses a report to compare with that cannot be compared with what is to be run; asked before anything is.</summary>
    /// <exception cref="ArgumentException">Several scenarios are to be run, a smoke, or another scenario than the report's.</exception>
    /// <exception cref="IOException">There is no report in that file.</exception>
    public static void RequireComparable(LoadOptions options)
    {
        if (options.Compare is not { } path)
        {
            return;
        }

        if (options.Scenario == ScenarioList.Every)
        {
            throw new ArgumentException($"--compare names one scenario's report; name that scenario in place of {ScenarioList.Every}");
        }

        if (options.Smoke)
        {
            throw new ArgumentException("--compare has no use with --smoke: a smoke run's times mean nothing");
        }

        string scenario = ReportJson.Read(path).Scenario;
        if (scenario != options.Scenario)
        {
            throw new ArgumentException($"--compare: {path} is a report of {scenario}, not of {options.Scenario}");
        }
    }

    /// <summary>
    /// The report beside the figures of an earlier one: the one asked for, or the one it is going to replace. A smoke run is compared with
    /// nothing.
    /// </summary>
    public Report Compared(Report report)
    {
        string path = options.Compare ?? Path.Combine(options.Out, report.Scenario, JsonFile);
        if (options.Smoke || (options.Compare is null && !File.Exists(path)))
        {
            return report;
        }

        Report before = ReportJson.Read(path);
        return report with
        {
            ComparedWith = before.TakenAt,
            Warnings = [.. report.Warnings, .. Conditions.Differences(report, before)],
            Series = [.. report.Series.Select(series => series with { Before = Of(before, series) })],
            Headlines = [.. report.Headlines.Select(headline => headline with { Before = before.Headlines.FirstOrDefault(one => one.Name == headline.Name)?.Value })],
        };
    }

    public void Write(Report report)
    {
        string folder = Path.Combine(options.Out, report.Scenario);
        Directory.CreateDirectory(folder);
        foreach (string stale in Directory.EnumerateFiles(folder, "plot-*.svg"))
        {
            File.Delete(stale);
        }

        string[] plots = [.. report.Plots.Select(SvgPlot.Draw), .. report.LinePlots.Select(LineSvg.Draw)];
        for (int i = 0; i < plots.Length; i++)
        {
            File.WriteAllText(Path.Combine(folder, MarkdownPage.PlotFile(i)), plots[i]);
        }

        File.WriteAllText(Path.Combine(folder, JsonFile), ReportJson.Text(report));
        File.WriteAllText(Path.Combine(folder, Page), MarkdownPage.Of(report));

        IEnumerable<Report> all = Directory.EnumerateDirectories(options.Out)
            .Select(one => Path.Combine(one, JsonFile)).Where(File.Exists).Select(ReportJson.Read);
        File.WriteAllText(Path.Combine(options.Out, Page), IndexPage.Of([.. all.OrderBy(one => one.Order)]));
    }

    private static double? Of(Report before, Series series) =>
        before.Series.FirstOrDefault(one => one.Name == series.Name && one.Runs.Count > 0)?.Nanoseconds.Median;
}
