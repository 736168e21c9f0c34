using System.Globalization;
using System.Text;

namespace Floodwall.Load.Reporting;

/// <summary>
/// The page over all reports. What people ask is answered in one screen, and behind that stands what was wanted of the wall; then, by the
/// same questions, the headlines of every report there is.
/// </summary>
internal static class IndexPage
{
    // Below this a change is more likely the machine's than the code's.
    private const double NotableChange = 0.05;
    private const int MostChanges = 12;

    // A scenario that stands in none is shown at the end.
    private static readonly (string Question, string[] Scenarios)[] Questions =
    [
        ("How fast", ["end-to-end", "verify"]),
        ("Against what", ["peers"]),
        ("How soon, at which tier", ["latency", "soak"]),
        ("How it scales", ["scale"]),
        ("Where the time goes", ["stages"]),
    ];

    public static string Of(IReadOnlyList<Report> reports)
    {
        StringBuilder page = new("# Performance reports\n\n");
        page.Append("Written by `dotnet run -c Release --project bench/Floodwall.Load -- all`. Figures are medians of the counted runs; a change is the ratio to the report before. What they mean: [NOTES.md](NOTES.md).\n");
        new OneScreen(reports).Append(page);
        Targets.Append(page, reports);
        Warnings(page, reports);
        Changes(page, reports);

        // Folded away: it is several screens long.
        page.Append("\n<details><summary>Every headline, by question</summary>\n");
        foreach ((string question, string[] scenarios) in Questions)
        {
            Section(page, question, [.. reports.Where(report => scenarios.Contains(report.Scenario))]);
        }

        Section(page, "Also measured", [.. reports.Where(report => !Questions.Any(one => one.Scenarios.Contains(report.Scenario)))]);
        page.Append("\n</details>\n");
        page.Append('\n');
        foreach (IGrouping<string, Report> machine in reports.GroupBy(report => report.Machine.Line))
        {
            IEnumerable<string> taken = machine.Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Scenario} {report.TakenAt:yyyy-MM-dd HH:mm}"));
            page.Append(CultureInfo.InvariantCulture, $"On {machine.Key}: {string.Join(", ", taken)} (UTC).\n");
        }

        return page.ToString();
    }

    private static void Section(StringBuilder page, string question, IReadOnlyList<Report> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"\n## {question}\n\n| | | | change | |\n| --- | --- | ---: | ---: | --- |\n");
        foreach (Report report in reports)
        {
            Headline[] shown = [.. report.Headlines.Where(headline => headline.InIndex)];
            if (shown.Length == 0)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {Link(report)} | | | | |\n");
            }

            for (int i = 0; i < shown.Length; i++)
            {
                Headline headline = shown[i];
                string scenario = i == 0 ? Link(report) : "";
                page.Append(CultureInfo.InvariantCulture,
                    $"| {scenario} | {headline.Name} | {Figures.Of(headline.Value)} {headline.Unit} | {Figures.Ratio(headline.Value, headline.Before)} | {headline.Remark} |\n");
            }
        }
    }

    private static void Changes(StringBuilder page, IReadOnlyList<Report> reports)
    {
        (Report Report, Headline Headline, double Ratio)[] changed =
        [
            .. reports.SelectMany(report => report.Headlines.Select(headline => (report, headline, headline.Before is { } before && before > 0 ? headline.Value / before : 1)))
                .Where(one => Math.Abs(one.Item3 - 1) > NotableChange)
                .OrderByDescending(one => Math.Abs(Math.Log(Math.Max(one.Item3, 1e-9)))),
        ];
        int compared = reports.Sum(report => report.Headlines.Count(headline => headline.Before is not null));
        page.Append("\n## What changed since the reports before\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{changed.Length} of {compared} compared figures by more than {100 * NotableChange:0} %");
        page.Append(changed.Length == 0 ? ".\n" : ", the largest first:\n\n");
        foreach ((Report report, Headline headline, double ratio) in changed.Take(MostChanges))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"- {report.Scenario}, {headline.Name}: {Figures.Of(headline.Before ?? 0)} → {Figures.Of(headline.Value)} {headline.Unit} (×{ratio:0.00})\n");
        }

        if (changed.Length > MostChanges)
        {
            page.Append(CultureInfo.InvariantCulture, $"- and {changed.Length - MostChanges} smaller ones, on the scenarios' own pages\n");
        }
    }

    private static void Warnings(StringBuilder page, IReadOnlyList<Report> reports)
    {
        foreach (Report report in reports.Where(report => report.Warnings.Count > 0))
        {
            string more = report.Warnings.Count > 1 ? $" And {report.Warnings.Count - 1} more of the kind." : "";
            page.Append(CultureInfo.InvariantCulture, $"\n> {Link(report)}: **{report.Warnings[0]}**{more}\n");
        }
    }

    private static string Link(Report report) => $"[{report.Scenario}]({report.Scenario}/README.md)";
}
