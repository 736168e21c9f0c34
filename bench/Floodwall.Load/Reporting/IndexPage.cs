using System.Globalization;
using System.Text;

namespace Floodwall.Load.Reporting;

/// <summary>The page over all reports: one screen.</summary>
internal static class IndexPage
{
    public static string Of(IReadOnlyList<Report> reports)
    {
        StringBuilder page = new("# Performance reports\n\n");
        page.Append("Written by `dotnet run -c Release --project bench/Floodwall.Load -- all`. Figures are medians; a change is the ratio to the report before.\n\n");
        page.Append("| | | | change | |\n| --- | --- | ---: | ---: | --- |\n");
        foreach (Report report in reports)
        {
            for (int i = 0; i < report.Headlines.Count; i++)
            {
                Headline headline = report.Headlines[i];
                string scenario = i == 0 ? $"[{report.Scenario}]({report.Scenario}/README.md)" : "";
                page.Append(CultureInfo.InvariantCulture,
                    $"| {scenario} | {headline.Name} | {Figures.Of(headline.Value)} {headline.Unit} | {Figures.Ratio(headline.Value, headline.Before)} | {headline.Remark} |\n");
            }
        }

        page.Append('\n');
        foreach (IGrouping<string, Report> machine in reports.GroupBy(report => report.Machine.Line))
        {
            IEnumerable<string> taken = machine.Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Scenario} {report.TakenAt:yyyy-MM-dd HH:mm}"));
            page.Append(CultureInfo.InvariantCulture, $"On {machine.Key}: {string.Join(", ", taken)} (UTC).\n");
        }

        return page.ToString();
    }
}
