using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

public sealed class ReportWriterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("floodwall-load-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_report_is_compared_with_the_one_that_it_replaces()
    {
        ReportWriter writer = new(new LoadOptions { Scenario = "stages", Out = _folder.FullName });
        Report before = TestReports.Of("stages", new Headline("gate", 10, "ns"), new Headline("gone", 1, "ns")) with { Series = [TestReports.Series("gate, 3 policies", 4, 5, 6)] };
        Assert.Null(writer.Compared(before).ComparedWith);
        writer.Write(before);

        Report now = TestReports.Of("stages", new Headline("gate", 12, "ns"), new Headline("new", 3, "ns")) with
        {
            Series = [TestReports.Series("gate, 3 policies", 8), TestReports.Series("another", 9)],
            Machine = new Machine("another machine", before.Machine.Facts),
        };
        Report compared = writer.Compared(now);
        Assert.Equal(before.TakenAt, compared.ComparedWith);
        Assert.Equal([10, null], compared.Headlines.Select(headline => headline.Before));
        Assert.Equal(5, compared.Series[0].Before!.Value, 1e-6);
        Assert.Null(compared.Series[1].Before);
        Assert.Contains("of another machine or runtime: a machine", Assert.Single(compared.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_smoke_run_is_compared_with_nothing()
    {
        LoadOptions options = new() { Scenario = "stages", Out = _folder.FullName };
        Report report = TestReports.Of("stages", new Headline("gate", 10, "ns"));
        new ReportWriter(options).Write(report);
        Assert.NotNull(new ReportWriter(options).Compared(report).ComparedWith);
        Assert.Null(new ReportWriter(options with { Smoke = true }).Compared(report).ComparedWith);
    }

    [Fact]
    public void A_file_is_compared_with_its_own_scenario_only()
    {
        new ReportWriter(new LoadOptions { Out = _folder.FullName }).Write(TestReports.Of("stages"));
        string file = Path.Combine(_folder.FullName, "stages", "report.json");
        ReportWriter.RequireComparable(LoadOptions.Parse(["stages", "--compare", file]));
        ReportWriter.RequireComparable(LoadOptions.Parse(["all"]));
        Assert.Contains("of stages, not of peers", Refused("peers", "--compare", file), StringComparison.Ordinal);
        Assert.Contains("in place of all", Refused("all", "--compare", file), StringComparison.Ordinal);
        Assert.Contains("--smoke", Refused("stages", "--smoke", "--compare", file), StringComparison.Ordinal);

        static string Refused(params string[] arguments) => Assert.Throws<ArgumentException>(() => ReportWriter.RequireComparable(LoadOptions.Parse(arguments))).Message;
    }

    [Fact]
    public void The_command_line_refuses_before_it_runs_anything() =>
        Assert.Equal(2, CommandLine.Run(["verify", "--compare", Path.Combine(_folder.FullName, "none.json"), "--smoke"]));
}
