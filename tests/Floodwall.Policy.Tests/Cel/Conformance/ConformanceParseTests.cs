using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Every expression of google/cel-spec's conformance tests goes through the parser.</summary>
public sealed class ConformanceParseTests
{
    /// <summary>Tests whose expression is refused by the parser, and why that is right.</summary>
    private static readonly Dictionary<string, string> Refused = [];

    [Fact]
    public void Every_expression_parses()
    {
        List<string> unexpected = [];
        foreach (ConformanceTest test in ConformanceFile.All())
        {
            CelParseResult result = CelParser.Parse(test.Expr);
            if (result.Root is null != Refused.ContainsKey(test.ToString()))
            {
                unexpected.Add($"{test}: {test.Expr} -> {string.Join(" / ", result.Diagnostics.Select(d => d.Describe(test.Expr)))}");
            }
        }

        Assert.Empty(unexpected);
    }
}
