namespace Floodwall.Policy.Tests.Cel;

/// <summary>The reference evaluator on every conformance test of google/cel-spec.</summary>
public sealed class ConformanceEvaluationTests(ITestOutputHelper output)
{
    private const double LeastShare = 0.85;

    [Fact]
    public void No_supported_test_goes_wrong()
    {
        List<ConformanceResult> results = [.. ConformanceFile.All().Select(ConformanceRunner.Run)];
        string report = ConformanceReport.Markdown(results);
        output.WriteLine(report);
        if (Environment.GetEnvironmentVariable("FLOODWALL_CONFORMANCE_REPORT") is { Length: > 0 } path)
        {
            File.WriteAllText(path, report);
        }

        Assert.Empty(results.Where(result => result.Outcome == ConformanceOutcome.Wrong).Select(result => $"{result.Test}: {result.Detail}"));
        int supported = results.Count(result => result.Outcome != ConformanceOutcome.Unsupported);
        int passed = results.Count(result => result.Outcome == ConformanceOutcome.Passed);
        Assert.True(supported > 500, $"only {supported} tests were found");
        Assert.True(passed >= LeastShare * supported, $"{passed} of {supported} passed");
    }
}
