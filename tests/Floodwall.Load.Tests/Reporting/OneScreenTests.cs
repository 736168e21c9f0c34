using System.Text;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class OneScreenTests
{
    [Fact]
    public void Each_question_has_its_line()
    {
        string text = Text(
            TestReports.Of("end-to-end", new Headline("Appended", 10.9, "M intents/s"), new Headline("Durable", 7, "M intents/s"), new Headline("Signed", 6.9, "M intents/s")),
            TestReports.Of("peers", new Headline("end to end", 10.1, "×")),
            TestReports.Of("latency", new Headline("50% of the maximum: Appended, p99.9", 70, "µs", "p50 0.2; the schedule alone has p99.9 17.4 µs")),
            TestReports.Of(
                "scale",
                new Headline("agents: Wall, no threads: ledger off", 219, "ns", "at 10,000,000, ×4.91 of that at 10; slope 0.1"),
                new Headline("agents: Direct: Appended", 315, "ns", "at 10,000,000, ×1.92 of that at 10; slope 0.046")));
        Assert.Contains("| **10.9** M intents/s Appended; **7.00** M intents/s Durable; **6.90** M intents/s Signed | [end-to-end]", text, StringComparison.Ordinal);
        Assert.Contains("| ×10.1 end to end | [peers]", text, StringComparison.Ordinal);
        Assert.Contains("| **70.0** µs; the schedule alone has p99.9 17.4 µs | [latency]", text, StringComparison.Ordinal);
        Assert.Contains("| **315** ns at 10,000,000, ×1.92 of that at 10 | [scale]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[stages]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sum_of_the_stages_names_its_three_largest_parts_the_largest_first()
    {
        string text = Text(TestReports.Of(
            "stages",
            new Headline("edge check", 1, "ns"), new Headline("admission", 10, "ns"), new Headline("gate", 11, "ns"),
            new Headline("hashing", 31, "ns"), new Headline("recording", 19, "ns"), new Headline("sum of the stages", 42, "ns")));
        Assert.Contains("**42.0** ns in the stages alone: recording 19.0, gate 11.0, admission 10.0 |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stands_before_everything_else_and_not_at_all_without_reports()
    {
        string page = IndexPage.Of([TestReports.Of("peers", new Headline("end to end", 10.1, "×"))]);
        Assert.True(page.IndexOf("## In one screen", StringComparison.Ordinal) < page.IndexOf("## Targets", StringComparison.Ordinal));
        Assert.True(page.IndexOf("## Targets", StringComparison.Ordinal) < page.IndexOf("## Against what", StringComparison.Ordinal));
        Assert.Equal("", Text());
    }

    private static string Text(params Report[] reports)
    {
        StringBuilder page = new();
        new OneScreen(reports).Append(page);
        return page.ToString();
    }
}
