using System.Text;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class TargetsTests
{
    private static readonly Target Fast = new("speed", "end-to-end", "Appended", Aim.AtLeast, 10, "M intents/s") { Stretch = 15 };
    private static readonly Target Soon = new("tail", "latency", "p99.9", Aim.AtMost, 1000, "µs");

    [Theory]
    [InlineData(15.0, "met")]
    [InlineData(10.0, "met; stretch missed by 33.3 %")]
    [InlineData(9.0, "**missed** by 10 %")]
    [InlineData(9.9999, "**missed** by 0.1 %")]
    public void At_least_so_much(double figure, string verdict) => Assert.Equal(verdict, Fast.Verdict(figure));

    [Theory]
    [InlineData(1000.0, "met")]
    [InlineData(1100.0, "**missed** by 10 %")]
    [InlineData(20_000.0, "**missed** by ×20.0")]
    public void At_most_so_much(double figure, string verdict) => Assert.Equal(verdict, Soon.Verdict(figure));

    [Theory]
    [InlineData(0.5, "**missed** by 41.2 %")]
    [InlineData(1.0, "met")]
    [InlineData(1.27, "**says nothing**: above ×1, so what it is held against was slowed by something else")]
    public void Above_what_can_be_a_figure_says_nothing(double figure, string verdict) =>
        Assert.Equal(verdict, new Target("share", "stages", "share", Aim.AtLeast, 0.85, "×") { Most = 1 }.Verdict(figure));

    [Fact]
    public void None_wanted_and_some_there()
    {
        Target none = new("collections", "soak", "collections", Aim.AtMost, 0, "");
        Assert.Equal("met", none.Verdict(0));
        Assert.Equal("**missed** by 3", none.Verdict(3));
    }

    [Fact]
    public void Without_a_report_or_its_headline_nothing_is_measured()
    {
        Assert.Null(Fast.Figure([]));
        Assert.Null(Fast.Figure([TestReports.Of("end-to-end", new Headline("Durable", 1, ""))]));
        Assert.Equal("not measured", Fast.Verdict(null));
    }

    [Fact]
    public void A_figure_is_of_its_own_report_and_of_no_other()
    {
        Report other = TestReports.Of("peers", new Headline("Appended", 99, ""), new Headline("Durable", 7, ""));
        Report own = TestReports.Of("end-to-end", new Headline("Appended", 12, ""));
        Target ratio = Fast with { Headline = "Durable", Over = "Appended" };
        Assert.Equal(12, Fast.Figure([other, own]));
        Assert.Null(ratio.Figure([other, own]));
        Assert.Equal(0.5, ratio.Figure([other, TestReports.Of("end-to-end", new Headline("Appended", 12, ""), new Headline("Durable", 6, ""))]));
    }

    [Fact]
    public void What_did_not_last_long_enough_says_nothing()
    {
        // A billion operations of 12 ns take 12 s.
        Target lasting = Fast with { LeastSeconds = 60 };
        Report report = TestReports.Of("end-to-end", new Headline("Appended", 12, "")) with { Series = [TestReports.Series("a", 12, 12, 12, 12)] };
        Assert.Null(lasting.Figure([report]));
        Assert.Equal(12, lasting.Figure([report with { Series = [TestReports.Series("a", 12, 12, 12, 12, 12)] }]));
    }

    [Fact]
    public void The_table_has_a_row_for_every_one()
    {
        StringBuilder page = new();
        Targets.Append(page, [TestReports.Of("end-to-end", new Headline("Appended", 10.9, "M intents/s"), new Headline("Durable", 5.45, "M intents/s"))]);
        string[] rows = [.. page.ToString().Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| |", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))];
        Assert.Equal(Targets.All.Count, rows.Length);
        Assert.Contains("| at least 10 M intents/s, stretch 15 M intents/s | 10.9 M intents/s | met; stretch missed by 27.3 % |", rows[0], StringComparison.Ordinal);
        Assert.Contains("| ×0.50 | **missed** by 28.6 % |", rows.Single(row => row.StartsWith("| Durable against", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(Targets.All.Count - 2, rows.Count(row => row.Contains("not measured", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_one_names_a_scenario_of_this_program() =>
        Assert.All(Targets.All, target => Assert.Single(Floodwall.Load.Scenarios.ScenarioList.Named(target.Scenario)));
}
