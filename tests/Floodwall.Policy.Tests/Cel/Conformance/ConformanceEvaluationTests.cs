using Floodwall.Policy.Cel;

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

    [Fact]
    public void Errors_are_of_the_kind_that_the_expected_message_names()
    {
        List<string> others = [];
        foreach (ConformanceTest test in ConformanceFile.All())
        {
            string? message = test.Message.Message("eval_error")?.Message("errors")?.Text("message");
            CelErrorKind[] named = ConformanceErrors.Named(message ?? "");
            if (named.Length > 0 && !ConformanceErrors.MisnamedTests.Contains(test.ToString()) && ConformanceRunner.Evaluate(test) is { } value
                && !(value is CelError error && named.Contains(error.ErrorKind)))
            {
                others.Add($"{test}: {test.Expr} gave {value} ({(value as CelError)?.ErrorKind}), expected {message}");
            }
        }

        Assert.Empty(others);
    }
}
