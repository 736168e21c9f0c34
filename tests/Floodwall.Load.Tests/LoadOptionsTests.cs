using Floodwall.Load.Scenarios;

namespace Floodwall.Load.Tests;

public sealed class LoadOptionsTests
{
    [Theory]
    [InlineData("--fast", "--fast")]
    [InlineData("--minutes", "needs a value")]
    [InlineData("--minutes 0", "--minutes")]
    [InlineData("--entries 3", "--entries")]
    [InlineData("--runs many", "'many'")]
    [InlineData("--topology Round", "'Round'")]
    [InlineData("scale soak", "'scale' and 'soak'")]
    [InlineData("peers --only Direct --out x", "--only is for end-to-end")]
    [InlineData("end-to-end --only Direct", "needs --out")]
    public void What_is_wrong_is_named(string arguments, string named)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => LoadOptions.Parse(arguments.Split(' ')));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_is_required_and_known()
    {
        Assert.Throws<ArgumentException>(() => LoadOptions.Parse(["--smoke"]));
        ArgumentException failure = Assert.Throws<ArgumentException>(() => ScenarioList.Named("scales"));
        Assert.Contains("scale, ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_reach_their_places()
    {
        LoadOptions options = LoadOptions.Parse(["soak", "--minutes", "1.5", "--entries", "2e6", "--runs", "7", "--producers", "3", "--out", "x"]);
        Assert.Equal(("soak", 1.5, 2_000_000, 7, 3, "x"), (options.Scenario, options.Minutes, options.Entries, options.Runs, options.Producers, options.Out));
        Assert.Equal("Split", LoadOptions.Parse(["end-to-end", "--only", "Split", "--out", "x"]).Only);
        Assert.Equal((7, 1), (options.CountedRuns, (options with { Smoke = true }).CountedRuns));
    }

    [Fact]
    public void The_help_names_every_option_and_every_scenario()
    {
        string help = LoadOptions.Usage(ScenarioList.All);
        string unknown = Assert.Throws<ArgumentException>(() => LoadOptions.Parse(["--no-such"])).Message;
        foreach (string option in (string[])["seconds", "runs", "producers", "agents", "topology", "only", "minutes", "entries", "out", "compare", "temp", "json", "smoke", "help"])
        {
            Assert.Contains($"--{option} ", help, StringComparison.Ordinal);
            Assert.Contains($"--{option}", unknown, StringComparison.Ordinal);
        }

        Assert.All(ScenarioList.All, scenario => Assert.Contains($"  {scenario.Name} ", help, StringComparison.Ordinal));
    }
}
