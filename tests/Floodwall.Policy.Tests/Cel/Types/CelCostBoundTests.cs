using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelCostBoundTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("1 + 2", 3)]
    [InlineData("flag && !flag", 4)]
    [InlineData("flag ? 1 + 2 + 3 : 1", 7)]
    [InlineData("intent.kind == 'deploy'", 2 + 1 + 1 + 6)]
    [InlineData("intent.kind == intent.agent.name", 2 + 3 + 1 + 64)]
    [InlineData("intent.kind.startsWith('de')", 2 + 1 + 1 + 2)]
    [InlineData("intent.kind.contains('de')", 2 + 1 + 1 + (64 * 2))]
    [InlineData("intent.agent.name.contains('de')", 3 + 1 + 1 + (1_000 * 2))]
    [InlineData("intent.kind.matches('a+b')", 2 + 1 + 1 + (64 * 4))]
    [InlineData("intent.kind in ['a', 'b']", 2 + (1 + 2 + 2) + 1 + (2 * 2))]
    [InlineData("intent.resources.all(r, r != '')", 2 + 1 + (8 * (1 + 3)))]
    [InlineData("texts.all(r, r != '')", 1 + 1 + (1_000 * (1 + 3)))]
    [InlineData("texts.all(r, texts.all(s, true))", 1 + 1 + (1_000 * (1 + 1 + 1 + (1_000 * 2))))]
    [InlineData("(texts + texts).size()", 1 + (3 + 2_000))]
    [InlineData("intent.labels.transformList(k, v, k + v).size()", 1 + 2 + 1 + (16 * (1 + 3 + 126)))]
    [InlineData("[1, 2, 3].map(x, x * 2)", 1 + 6 + 1 + (3 * 4))]
    [InlineData("size(texts)", 2)]
    public void The_worst_case_is_counted(string text, long units) =>
        Assert.Equal(units, CelCostBound.Estimate(Declared.Check(text)).Worst);

    [Theory]
    [InlineData("texts.exists(t, texts.exists(u, t == u + u))", "1:17")]
    [InlineData("flag && texts.map(t, texts.map(u, texts)).size() > 0", "1:9")]
    [InlineData("flag || texts.all(t, texts.all(u, texts.all(v, true)))", "1:22")]
    public void Beyond_the_budget_the_costly_part_is_named(string text, string at)
    {
        CelDiagnostic diagnostic = CelCostBound.Estimate(Declared.Check(text)).Diagnostic!;
        Assert.StartsWith(at + ": the expression costs up to", diagnostic.Describe(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_overflows()
    {
        string text = string.Concat(Enumerable.Range(0, 30).Select(i => $"texts.all(t{i}, ")) + "true" + new string(')', 30);
        CelCostEstimate estimate = CelCostBound.Estimate(Declared.Check(text));
        Assert.Equal(CelCostBound.Unbounded, estimate.Worst);
        Assert.Contains("more units than can be counted", estimate.Diagnostic!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_larger_promise_never_costs_less()
    {
        foreach (ConformanceTest test in ConformanceFile.All())
        {
            CelChecked result = CelChecker.Check(Parsing.Root(test.Expr), ConformanceTypes.Environment(test));
            long small = CelCostBound.Estimate(result, new CelCostOptions(DefaultSize: 10)).Worst;
            long large = CelCostBound.Estimate(result, new CelCostOptions(DefaultSize: 1_000)).Worst;
            Assert.InRange(small, 1, large);
        }
    }
}
