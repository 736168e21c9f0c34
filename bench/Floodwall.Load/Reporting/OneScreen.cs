using System.Globalization;
using System.Text;

namespace Floodwall.Load.Reporting;

/// <summary>The answers that a reader comes for, each in a line: how fast, against what, at which tier, how it scales, where the time goes.</summary>
internal sealed class OneScreen(IReadOnlyList<Report> reports)
{
    private const int LargestParts = 3;

    // What the sum of the stages is of, by its headlines.
    private static readonly string[] Parts = ["edge check", "admission", "gate", "recording"];

    /// <summary>The block; nothing where no report answers anything.</summary>
    public void Append(StringBuilder page)
    {
        (string Question, string? Answer, string Scenario)[] lines =
        [
            ("How fast, one producer", Rates("Appended", "Durable", "Signed"), "end-to-end"),
            ("With 100 rules; with the ledger off", Rates("Appended, 100 rules", "ledger off"), "end-to-end"),
            ("Against what is assembled from the box", Times(("end to end", "end to end")), "peers"),
            ("Against the usual libraries", Times(
                ("hop, against the faster bounded Channel", "Channel"), ("admission, against PartitionedRateLimiter", "PartitionedRateLimiter"),
                ("queue, against PriorityQueue in the same order", "PriorityQueue"), ("append, against SQLite", "SQLite")), "peers"),
            ("p99.9 at 50 % of the maximum, Appended", Plain("latency", "50% of the maximum: Appended, p99.9", "the schedule alone"), "latency"),
            ("p99.9 over minutes", Plain("soak", "p99.9 at the soak's rate", "median"), "soak"),
            ("As agents grow", Grown("agents: "), "scale"),
            ("As the ledger grows, to append an entry", Grown("entries in the ledger: append"), "scale"),
            ("Where the time goes", Sum(), "stages"),
            ("To verify", Verified(), "verify"),
        ];
        (string Question, string? Answer, string Scenario)[] answered = [.. lines.Where(line => line.Answer is not null)];
        if (answered.Length == 0)
        {
            return;
        }

        page.Append("\n## In one screen\n\n| | | |\n| --- | --- | --- |\n");
        foreach ((string question, string? answer, string scenario) in answered)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {question} | {answer} | [{scenario}]({scenario}/README.md) |\n");
        }
    }

    private Headline? Find(string scenario, Func<Headline, bool> wanted) =>
        reports.FirstOrDefault(report => report.Scenario == scenario)?.Headlines.FirstOrDefault(wanted);

    private Headline? Find(string scenario, string name) => Find(scenario, headline => headline.Name == name);

    private string? Rates(params string[] names) => Joined(names.Select(name => Find("end-to-end", name) is { } rate ? $"{Value(rate)} {rate.Name}" : null));

    private string? Times(params (string Headline, string Text)[] all) =>
        Joined(all.Select(one => Find("peers", one.Headline) is { } ratio ? $"×{Figures.Of(ratio.Value)} {one.Text}" : null));

    // The figure, and of its remark what begins so.
    private string? Plain(string scenario, string name, string remark) =>
        Find(scenario, name) is { } found ? Joined([Value(found), Clauses(found).FirstOrDefault(clause => clause.StartsWith(remark, StringComparison.Ordinal))]) : null;

    // With a ledger, where a curve has both; the remark's first clause says at what size, and how many times the least.
    private string? Grown(string curve) =>
        Find("scale", headline => headline.Name.StartsWith(curve, StringComparison.Ordinal) && !headline.Name.EndsWith("ledger off", StringComparison.Ordinal)) is { } found
            ? $"{Value(found)} {Clauses(found)[0]}"
            : null;

    private string? Sum()
    {
        if (Find("stages", "sum of the stages") is not { } sum)
        {
            return null;
        }

        IEnumerable<Headline> largest = Parts.Select(part => Find("stages", part)).OfType<Headline>().OrderByDescending(part => part.Value).Take(LargestParts);
        return $"{Value(sum)} in the stages alone: {string.Join(", ", largest.Select(part => $"{part.Name} {Figures.Of(part.Value)}"))}";
    }

    private string? Verified() =>
        reports.FirstOrDefault(report => report.Scenario == "verify")?.Headlines is [.., Headline last] ? $"{Value(last)}, {last.Name.Replace("verify, ", "", StringComparison.Ordinal)}" : null;

    private static string Value(Headline headline) => $"**{Figures.Of(headline.Value)}** {headline.Unit}";

    private static string[] Clauses(Headline headline) => headline.Remark.Split("; ");

    private static string? Joined(IEnumerable<string?> parts) => string.Join("; ", parts.OfType<string>()) is { Length: > 0 } text ? text : null;
}
