using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class MarkdownPageTests
{
    [Fact]
    public void Medians_ranges_and_every_run_stand_on_the_page_and_warm_ups_in_brackets()
    {
        Report report = TestReports.Of("stages", new Headline("gate", 12, "ns", "three policies") { Before = 10 }) with
        {
            Series = [TestReports.Series("a", 30, 10, 20) with { WarmUp = [.. TestReports.Series("a", 99).Runs], Before = 40 }],
        };
        string page = MarkdownPage.Of(report);
        Assert.Contains("| **gate** | 12.0 ns | ×1.20 | three policies |", page, StringComparison.Ordinal);
        Assert.Contains("| a | 20.0 | 10.0 – 30.0 | 10.0 |", page, StringComparison.Ordinal);
        Assert.Contains("| ×0.50 |", page, StringComparison.Ordinal);
        Assert.Contains("(99.0), 30.0, 10.0, 20.0 |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_a_table_has_as_many_cells_as_its_head_and_plots_are_numbered_through()
    {
        Report report = TestReports.Of("stages") with
        {
            Series = [TestReports.Series("a", 1)],
            Tables = [new ReportTable("Cycles", ["", "ns", "cycles"], [["gate", "10", "40"], ["ring", "7", "28"]])],
            Plots = [new Plot("bars", "ns", [])],
            LinePlots = [new LinePlot("lines", new PlotAxis("x"), new PlotAxis("y"), [])],
            Warnings = ["mind this"],
        };
        string page = MarkdownPage.Of(report);
        Assert.Contains("## Cycles\n\n|  | ns | cycles |\n| --- | ---: | ---: |\n| gate | 10 | 40 |\n| ring | 7 | 28 |\n", page, StringComparison.Ordinal);
        Assert.Contains("![bars](plot-1.svg)", page, StringComparison.Ordinal);
        Assert.Contains("![lines](plot-2.svg)", page, StringComparison.Ordinal);
        Assert.Contains("## Mind\n\n- mind this\n", page, StringComparison.Ordinal);
    }
}
