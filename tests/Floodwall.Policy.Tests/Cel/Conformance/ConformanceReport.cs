using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The outcomes by file, as a page of Markdown.</summary>
internal static class ConformanceReport
{
    private const string Choices = """

        ## Where the specification is open

        | question | here |
        | --- | --- |
        | `1 == 1.0`, large numbers | Equality compares the exact numbers, so it is transitive: `9007199254740993 == 9007199254740992.0` is false. |
        | `<` between an integer and a double | The integer is rounded to a double first: the tests expect `9223372036854775807 < 9223372036854775808.0` to be false. |
        | error and unknown together | An unknown wins in `&&`, `\|\|`, `all` and `exists`, where its value could still decide; an error wins everywhere else (eval.proto). |
        | range of durations | 64 bits of nanoseconds, about 292 years, as the tests have it; a timestamp has the years 0001 to 9999. |
        | `int(x)` of a double | Neither -2^63 nor 2^63 is taken, as the tests have it. |
        | `string(x)` of a double | The fewest digits that read back; an exponent below 1e-6 and from 1e21 on. |
        | order of a map | Keys are walked as false, true, numbers, strings: equal maps are walked alike, whatever order they were written in. |
        | `optional.ofNonZeroValue` of a timestamp | 1970-01-01T00:00:00Z is the zero. |
        | time zones | Offsets and `UTC` everywhere; names from the machine's IANA database, so two machines can differ where their databases do. |
        | regular expressions | RE2's syntax without scripts (`\p{Greek}`); case folding as the platform's simple case mapping. |
        | time and memory | A budget of steps, a depth and a length; what passes one is an error that no operator absorbs. |

        Functions of our own: `cidrContains(network, addressOrNetwork)` for IPv4 and IPv6. It is a function because the language bars new
        overloads of operators such as `in`. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is an error, not outside.

        """;

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

        return page.Append(Choices).ToString();
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
