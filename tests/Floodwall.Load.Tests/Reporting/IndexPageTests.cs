using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class IndexPageTests
{
    [Fact]
    public void Reports_stand_under_their_questions_and_unknown_ones_at_the_end()
    {
        string page = IndexPage.Of([Report("end-to-end", new Headline("Appended", 5, "M intents/s")), Report("scale"), Report("something-new")]);
        page = page[page.IndexOf("## How fast", StringComparison.Ordinal)..];
        Assert.Contains("[end-to-end]", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("[end-to-end]", StringComparison.Ordinal) < page.IndexOf("## How it scales", StringComparison.Ordinal));
        Assert.True(page.IndexOf("## Also measured", StringComparison.Ordinal) < page.IndexOf("[something-new]", StringComparison.Ordinal));
        Assert.DoesNotContain("## Against what", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_notable_changes_are_listed_the_largest_first()
    {
        string page = IndexPage.Of(
        [
            Report("end-to-end", new Headline("small", 104, "ns") { Before = 100 }, new Headline("grown", 150, "ns") { Before = 100 }, new Headline("new", 7, "ns")),
            Report("stages", new Headline("shrunk", 10, "ns") { Before = 100 }),
        ]);
        Assert.Contains("2 of 3 compared figures", page, StringComparison.Ordinal);
        int first = page.IndexOf("stages, shrunk: 100 → 10.0 ns (×0.10)", StringComparison.Ordinal);
        Assert.InRange(first, 1, page.IndexOf("end-to-end, grown: 100 → 150 ns (×1.50)", StringComparison.Ordinal));
        Assert.DoesNotContain("- end-to-end, small", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_index_leaves_out_and_what_it_warns_of()
    {
        Report report = Report("soak", new Headline("shown", 1, ""), new Headline("hidden", 2, "") { InIndex = false }) with { Warnings = ["The sender fell behind.", "It did so again."] };
        string page = IndexPage.Of([report]);
        Assert.Contains("shown", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", page, StringComparison.Ordinal);
        Assert.Contains("**The sender fell behind.** And 1 more", page, StringComparison.Ordinal);
        Assert.Contains("- It did so again.", MarkdownPage.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_with_everything_in_it_comes_back_from_json()
    {
        Reading reading = new() { Series = "s", Operations = 10, Seconds = 1, Figures = new Dictionary<string, double> { ["p99 µs"] = 1.5 } };
        Report report = Report("latency", new Headline("h", 1, "µs") { InIndex = false }) with
        {
            Series = [new Series("s") { WarmUp = [reading], Runs = [reading] }],
            Tables = [new ReportTable("t", ["", "a"], [["row", "1"]])],
            LinePlots = [new LinePlot("p", new PlotAxis("x", true, [new PlotTick(2, "p50")]), new PlotAxis("y"), [new PlotLine("l", [new PlotPoint(1, 2, 1, 3)])])],
            Warnings = ["w"],
        };
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, ReportJson.Text(report));
            Report back = ReportJson.Read(path);
            Assert.Equal(ReportJson.Text(report), ReportJson.Text(back));
            Assert.Equal(MarkdownPage.Of(report), MarkdownPage.Of(back));
            Assert.Equal(1.5, back.Series[0].Figure("p99 µs")!.Median);
            Assert.Null(back.Series[0].Figure("none"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Report Report(string scenario, params Headline[] headlines) => TestReports.Of(scenario, headlines);
}
