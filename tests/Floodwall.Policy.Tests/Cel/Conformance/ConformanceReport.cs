using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The outcomes by file, as a page of Markdown.</summary>
internal static class ConformanceReport
{
    public static string Markdown(IReadOnlyList<ConformanceResult> results)
    {
        StringBuilder page = new();
        page.Append("""
            # Conformance of the condition language

            Conditions are written in the Common Expression Language. These are the outcomes of the conformance tests of
            [google/cel-spec](https://github.com/google/cel-spec) (tests/simple/testdata) on the type checker and the reference evaluator. A
            test passes where the checker takes it (unless the test turns checking off) and the value has the expected type and value
            throughout, or where an error is expected and comes; the wording of errors is free.
            Whether a test is supported is decided from its text alone, so nothing that fails can hide there.

            Produced by `ConformanceEvaluationTests` with `FLOODWALL_CONFORMANCE_REPORT` naming this file.

            | file | tests | passed | unsupported | wrong | passed of the supported |
            | --- | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (IGrouping<string, ConformanceResult> file in results.GroupBy(result => result.Test.File))
        {
            Row(page, file.Key, [.. file]);
        }

        Row(page, "**all**", results);
        page.Append("\n## Unsupported\n\n| reason | tests | files | why |\n| --- | ---: | --- | --- |\n");
        foreach ((string reason, string why) in ConformanceSupport.Reasons)
        {
            List<ConformanceResult> cases = [.. results.Where(result => result.Outcome == ConformanceOutcome.Unsupported && result.Detail == reason)];
            string files = string.Join(", ", cases.GroupBy(result => result.Test.File).Select(file => $"{file.Key} {file.Count()}"));
            page.Append(CultureInfo.InvariantCulture, $"| {reason} | {cases.Count} | {files} | {why} |\n");
        }

        return page.ToString();
    }

    private static void Row(StringBuilder page, string name, IReadOnlyList<ConformanceResult> results)
    {
        int passed = results.Count(result => result.Outcome == ConformanceOutcome.Passed);
        int unsupported = results.Count(result => result.Outcome == ConformanceOutcome.Unsupported);
        int supported = results.Count - unsupported;
        string share = supported == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * passed / supported:0.0} %");
        page.Append(CultureInfo.InvariantCulture, $"| {name} | {results.Count} | {passed} | {unsupported} | {supported - passed} | {share} |\n");
    }
}
