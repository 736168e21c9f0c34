using System.Globalization;
using System.Text;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Reporting;

/// <summary>The further figures of a report's runs: medians with ranges, and behind them every run.</summary>
internal static class FigureSection
{
    public static void Append(StringBuilder page, IReadOnlyList<Series> all)
    {
        // One table for all series that give the same figures.
        foreach (IGrouping<string, Series> group in all.Where(HasFigures).GroupBy(series => string.Join('|', Names(series))))
        {
            string[] names = [.. Names(group.First())];
            page.Append("\n## Further figures\n\nMedian of the counted runs, and in brackets the least and the most.\n\n");
            Head(page, ["", .. names]);
            foreach (Series series in group)
            {
                Row(page, [series.Name, .. names.Select(name => Cell(series.Figure(name)!))]);
            }

            page.Append("\n<details><summary>Every run</summary>\n\n");
            Head(page, ["", "run", .. names]);
            foreach (Series series in group)
            {
                for (int run = 0; run < series.Runs.Count; run++)
                {
                    Reading reading = series.Runs[run];
                    Row(page, [series.Name, (run + 1).ToString(CultureInfo.InvariantCulture), .. names.Select(name => Figures.Of(reading.Figures![name]))]);
                }
            }

            page.Append("\n</details>\n");
        }
    }

    private static bool HasFigures(Series series) => series.Runs.Count > 0 && series.Runs.TrueForAll(run => run.Figures is not null);

    private static IEnumerable<string> Names(Series series) => series.Runs[0].Figures!.Keys;

    private static string Cell(Statistics figure) =>
        figure.Min == figure.Max ? Figures.Of(figure.Median) : $"{Figures.Of(figure.Median)} ({Figures.Of(figure.Min)} – {Figures.Of(figure.Max)})";

    private static void Head(StringBuilder page, IReadOnlyList<string> names)
    {
        Row(page, names);
        Row(page, [.. names.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    private static void Row(StringBuilder page, IReadOnlyList<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
