using Floodwall.Load.Reporting;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Reporting;

public sealed class ConditionsTests
{
    [Fact]
    public void Few_runs_are_warned_of_and_enough_are_not()
    {
        LoadOptions options = new();
        Report few = TestReports.Of("stages") with { Series = [TestReports.Series("a", 1, 2, 3, 4, 5), TestReports.Series("b", 1, 2, 3, 4)], Warnings = ["kept"] };
        Report enough = few with { Series = [few.Series[0]] };
        Assert.Equal(2, Conditions.Stated(few, options).Warnings.Count);
        Assert.Contains("only 4 counted runs", Conditions.Stated(few, options).Warnings[1], StringComparison.Ordinal);
        Assert.Equal(["kept"], Conditions.Stated(enough, options).Warnings);
        Assert.Equal(["kept"], Conditions.Stated(few, options with { Smoke = true }).Warnings);
    }

    [Fact]
    public void What_was_asked_for_is_stated_as_far_as_the_scenario_looks_at_it()
    {
        LoadOptions options = new() { Seconds = 0.5, Runs = 7, Topology = Topology.Split, Minutes = 3, Entries = 200_000 };
        Assert.Equal("--seconds 0.5 --runs 7 --agents 1000 --topology Split", Asked("stages"));
        Assert.Equal("--agents 1000 --topology Split --minutes 3", Asked("soak"));
        Assert.EndsWith("--entries 200000", Asked("scale"), StringComparison.Ordinal);

        string Asked(string scenario) => Conditions.Stated(TestReports.Of(scenario), options).Settings[Conditions.Asked];
    }

    [Fact]
    public void Other_settings_and_another_machine_are_differences_and_found_figures_are_not()
    {
        Report now = With(("agents", "1,000"), ("seconds of a run, about", "0.5"), ("intents per run", "1,593,000"));
        Assert.Empty(Conditions.Differences(now, now));
        Assert.Empty(Conditions.Differences(now, With(("agents", "1,000"), ("intents per run", "700,000"))));
        Assert.Contains("agents: 10 then, 1,000 now", Assert.Single(Conditions.Differences(now, With(("agents", "10")))), StringComparison.Ordinal);
        Assert.Contains("seconds of a run, about: 2 then", Assert.Single(Conditions.Differences(now, With(("seconds of a run, about", "2")))), StringComparison.Ordinal);
        Report elsewhere = now with { Machine = new Machine("another machine", now.Machine.Facts) };
        Assert.Contains("another machine", Assert.Single(Conditions.Differences(now, elsewhere)), StringComparison.Ordinal);
    }

    private static Report With(params (string Name, string Value)[] settings) =>
        TestReports.Of("stages") with { Settings = settings.ToDictionary(one => one.Name, one => one.Value) };
}
