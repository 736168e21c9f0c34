using System.Globalization;
using System.Text;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Reporting;

/// <summary>A report as a page.</summary>
internal static class MarkdownPage
{
    public static string PlotFile(int index) => string.Create(CultureInfo.InvariantCulture, $"plot-{index + 1}.svg");

    public static string Of(Report report)
    {
        StringBuilder page = new();
        Line(page, $"# {report.Title}");
        Line(page, $"\n{report.Summary.Trim()}");
        Line(page, $"\nTaken {report.TakenAt:yyyy-MM-dd HH:mm} UTC on {report.Machine.Line}."
            + (report.ComparedWith is { } before ? $" Changes are against the report of {before:yyyy-MM-dd HH:mm} UTC." : ""));

        Bullets(page, "Mind", report.Warnings);

        Line(page, "\n| | | change | |\n| --- | ---: | ---: | --- |");
        foreach (Headline headline in report.Headlines)
        {
            Line(page, $"| **{headline.Name}** | {Figures.Of(headline.Value)} {headline.Unit} | {Figures.Ratio(headline.Value, headline.Before)} | {headline.Remark} |");
        }

        for (int i = 0; i < report.Plots.Count; i++)
        {
            Line(page, $"\n![{report.Plots[i].Title}]({PlotFile(i)})");
        }

        for (int i = 0; i < report.LinePlots.Count; i++)
        {
            Line(page, $"\n![{report.LinePlots[i].Title}]({PlotFile(report.Plots.Count + i)})");
        }

        foreach (ReportTable table in report.Tables)
        {
            Line(page, $"\n## {table.Title}\n");
            Cells(page, table.Columns);
            Cells(page, [.. table.Columns.Select((_, i) => i == 0 ? "---" : "---:")]);
            foreach (IReadOnlyList<string> row in table.Rows)
            {
                Cells(page, row);
            }
        }

        Results(page, report.Series);
        FigureSection.Append(page, report.Series);
        Runs(page, report.Series);
        Bullets(page, "What proves that the work was done", report.Checks);
        Table(page, "What was run", report.Settings);
        Table(page, "On what", report.Machine.Facts);
        Bullets(page, "Notes", report.Notes);
        return page.ToString();
    }

    private static void Results(StringBuilder page, IReadOnlyList<Series> all)
    {
        Line(page, "\n## Results\n\nMedian of the counted runs; MAD is the median absolute deviation from it. *Undisturbed* is the 10th percentile over a run's short chunks, where a run is timed so: what it costs while nothing else takes the core. Bytes are the whole process's.");
        Line(page, "\n| | ns each | min – max | MAD | undisturbed | per second | B allocated each | GC 0/1/2 | ns against before |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Series series in all)
        {
            Statistics ns = series.Nanoseconds;
            Line(page, $"| {series.Name} | {Figures.Of(ns.Median)} | {Figures.Of(ns.Min)} – {Figures.Of(ns.Max)} | {Figures.Of(ns.MedianAbsoluteDeviation)} "
                + $"| {(series.Undisturbed is { } quiet ? Figures.Of(quiet) : "")} | {Figures.Rate(series.PerSecond)} | {Figures.Of(series.BytesPerOperation)} "
                + $"| {series.Runs.Sum(run => run.Gen0)}/{series.Runs.Sum(run => run.Gen1)}/{series.Runs.Sum(run => run.Gen2)} | {Figures.Ratio(ns.Median, series.Before)} |");
        }
    }

    private static void Runs(StringBuilder page, IReadOnlyList<Series> all)
    {
        Line(page, "\n## Every run\n\nNanoseconds each, in the order in which they were taken; the one in brackets warmed up and does not count.");
        Line(page, "\n| | operations a run | ns each | B allocated, process / submitting threads, summed over the runs |\n| --- | ---: | --- | ---: |");
        foreach (Series series in all)
        {
            IEnumerable<string> runs = series.WarmUp.Select(run => $"({Figures.Of(run.Nanoseconds)})").Concat(series.Runs.Select(run => Figures.Of(run.Nanoseconds)));
            Line(page, $"| {series.Name} | {series.Operations:N0} | {string.Join(", ", runs)} "
                + $"| {series.Runs.Sum(run => run.AllocatedBytes):N0} / {series.Runs.Sum(run => run.ProducerBytes):N0} |");
        }
    }

    private static void Bullets(StringBuilder page, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            Line(page, $"\n## {title}\n");
            foreach (string line in lines)
            {
                Line(page, $"- {line}");
            }
        }
    }

    private static void Table(StringBuilder page, string title, IReadOnlyDictionary<string, string> rows)
    {
        Line(page, $"\n## {title}\n\n| | |\n| --- | --- |");
        foreach ((string name, string value) in rows)
        {
            Line(page, $"| {name} | {value} |");
        }
    }

    private static void Cells(StringBuilder page, IReadOnlyList<string> cells) => Line(page, $"| {string.Join(" | ", cells)} |");

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder page, string text) => page.Append(text).Append('\n');
}
