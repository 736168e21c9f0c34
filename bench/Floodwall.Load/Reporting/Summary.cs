using System.Globalization;
using System.Text;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Reporting;

/// <summary>A report for the terminal.</summary>
internal static class Summary
{
    public static string Of(Report report)
    {
        StringBuilder text = new();
        CultureInfo invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $"{report.Title}\n{report.Machine.Line}\n\n");
        int width = report.Series.Max(series => series.Name.Length);
        foreach (Series series in report.Series)
        {
            Statistics ns = series.Nanoseconds;
            string spread = $"{Figures.Of(ns.Min)} – {Figures.Of(ns.Max)}";
            text.Append(invariant, $"{series.Name.PadRight(width)}  {Figures.Of(ns.Median),8} ns  {Figures.Rate(series.PerSecond),9}/s  {spread,16}  {(series.Undisturbed is { } quiet ? Figures.Of(quiet) : ""),6}  {Figures.Of(series.BytesPerOperation),8} B  {Figures.Ratio(ns.Median, series.Before)}\n");
        }

        text.Append('\n');
        foreach (ReportTable table in report.Tables)
        {
            Table(text, table);
        }

        foreach (Headline headline in report.Headlines)
        {
            text.Append(invariant, $"{headline.Name}: {Figures.Of(headline.Value)} {headline.Unit}. {headline.Remark}\n");
        }

        foreach (string check in report.Checks)
        {
            text.Append(invariant, $"checked: {check}\n");
        }

        foreach (string note in report.Warnings)
        {
            text.Append(invariant, $"warning: {note}\n");
        }

        return text.Append('\n').ToString();
    }

    private static void Table(StringBuilder text, ReportTable table)
    {
        IReadOnlyList<string>[] rows = [table.Columns, .. table.Rows];
        int[] widths = [.. table.Columns.Select((_, i) => rows.Max(row => row[i].Length))];
        text.Append(CultureInfo.InvariantCulture, $"{table.Title}\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            text.Append("  ").AppendJoin("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).Append('\n');
        }

        text.Append('\n');
    }
}
