using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>What fuzzing found the tiers or the checker to differ in: conditionals that are compared, attributes of another type than declared, rooted functions.</summary>
public sealed class TierDifferenceTests
{
    [Theory]
    [InlineData("(intent.destructive ? intent.topic : intent.environment) == (intent.replicas > 1 ? agent.id : \"production\")", true)]
    [InlineData("(intent.destructive ? \"a\" : \"b\") != (intent.destructive ? \"c\" : \"d\")", true)]
    [InlineData("(intent.destructive ? true : intent.topic == \"t\") == (intent.destructive ? intent.replicas > 1 : true)", true)]
    [InlineData(".size(intent.topic) == .int(\"1\")", true)]
    [InlineData("(intent.destructive ? [1] : [2]) == (intent.destructive ? [1] : [3])", false)]
    [InlineData("(intent.destructive ? intent.topic + \"x\" : \"tx\") == (agent.id == \"a\" ? \"tx\" : intent.topic)", true)]
    public void Both_tiers_compare_them(string condition, bool holds)
    {
        JudgeBench bench = new($"rules: [{{id: a, condition: '{condition}', decision: require_human}}]\n");
        Intent intent = new()
        {
            Agent = bench.Name("a"),
            Resource = bench.Name("r"),
            Topic = bench.Name("t"),
            Environment = bench.Name("production"),
            Action = IntentAction.Apply,
        };
        Assert.Equal((holds ? VerdictKind.RequireApproval : VerdictKind.Admit, (byte)0), (bench.Judge(in intent).Kind, bench.Judge(in intent).Detail));
    }

    [Theory]
    [InlineData(false, VerdictKind.Admit, 0)]
    [InlineData(true, VerdictKind.Reject, 1)]
    public void An_attribute_of_another_type_is_unknown_also_to_has(bool otherType, VerdictKind kind, byte detail)
    {
        JudgeBench bench = new("attributes: {encrypted: bool}\nrules: [{id: a, condition: has(attr.encrypted), decision: allow, onUnknown: deny}]\n");
        Intent intent = new()
        {
            Agent = bench.Name("a"),
            Resource = bench.Name("r"),
            Attributes = bench.Attributes(("encrypted", otherType ? "yes" : true)),
        };
        Assert.Equal((kind, detail), (bench.Judge(in intent).Kind, bench.Judge(in intent).Detail));
    }

    [Fact]
    public void A_long_chain_of_comparisons_is_compiled_once()
    {
        string chain = "intent.destructive";
        for (int i = 0; i < 60; i++)
        {
            chain = $"({chain} == (intent.destructive ? true : false))";
        }

        JudgeBench bench = new($"rules: [{{id: a, condition: '{chain}', decision: deny}}]\n");
        Intent intent = new() { Agent = bench.Name("a"), Resource = bench.Name("r") };
        Assert.Equal(VerdictKind.Admit, bench.Judge(in intent).Kind);
    }
}
