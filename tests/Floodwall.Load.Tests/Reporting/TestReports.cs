using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Tests.Reporting;

/// <summary>Reports and series with nothing in them but what a test is about.</summary>
internal static class TestReports
{
    public static Report Of(string scenario, params Headline[] headlines) => new()
    {
        Scenario = scenario,
        Order = 1,
        Title = scenario,
        Summary = "",
        Machine = new Machine("a machine", new Dictionary<string, string>()),
        Settings = new Dictionary<string, string>(),
        Headlines = headlines,
        Series = [],
    };

    /// <summary>A series whose runs took so many nanoseconds each.</summary>
    public static Series Series(string name, params double[] nanoseconds) =>
        new(name) { Runs = [.. nanoseconds.Select(ns => new Reading { Series = name, Operations = 1_000_000_000, Seconds = ns })] };
}
