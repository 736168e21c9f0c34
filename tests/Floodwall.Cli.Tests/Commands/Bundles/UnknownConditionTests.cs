using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary>That a rule spoke for want of data is told wherever its verdict is.</summary>
public sealed class UnknownConditionTests
{
    private const string Bundle = """
        metadata: {name: guard}
        policies:
        - {id: policy, rules: [{id: all, condition: pool.remaining < 10, decision: defer, params: {ticks: 5}}]}
        - {id: own, rules: [{id: words, condition: "agent.failures > 3", decision: require_human, reason: "{agent} failed often", onUnknown: pessimistic, priority: -1}]}
        """;

    private const string Intent = """{"agent":"bob","resource":"x","action":"apply","pool":"p"}""";
    private const string Facts = """
        {"fact":"pool","subject":"p","name":"remaining","value":5}
        {"fact":"agent","subject":"bob","name":"failures","value":0}
        """;

    [Fact]
    public async Task Decisions_dump_and_summary_tell_what_was_unknown()
    {
        using ToolRunner tool = new();
        string intents = tool.Write("i.jsonl", $"{Intent}\n{Facts}\n{Intent}\n");
        string[] run = ["run", intents, "--policy", tool.Write("p.yaml", Bundle), "--decisions", tool.At("d.jsonl")];
        JsonElement summary = await tool.RunJson([.. run, "--ledger", tool.At("l")]);
        Assert.Equal(
            ["policy/all defer False 1", "policy/all reject True 1"],
            summary.GetProperty("rules").EnumerateArray().Select(rule => $"{Text(rule, "rule")} {Text(rule, "verdict")} {IsUnknown(rule)} {rule.GetProperty("count").GetInt32()}").Order(StringComparer.Ordinal));

        (_, string dumped, _) = await tool.Run("dump", tool.At("l"));
        foreach (string lines in (string[])[File.ReadAllText(tool.At("d.jsonl")), dumped])
        {
            JsonElement[] decided = [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("verdict", out _))];
            Assert.Equal(("rule policy/all rejects apply of x by bob (condition unknown)", true), (Text(decided[0], "reason"), IsUnknown(decided[0])));
            Assert.Equal(("rule policy/all defers apply of x by bob", false), (Text(decided[1], "reason"), IsUnknown(decided[1])));
        }

        (_, string output, _) = await tool.Run([.. run, "--ledger", tool.At("m")]);
        Assert.Matches("(?m)^policy/all +reject +1  \\(condition unknown\\)$", output);
        Assert.Matches("(?m)^policy/all +defer +1$", output);
        Assert.Contains("reject: rule policy/all rejects apply of x by bob (condition unknown)\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_counts_it_by_itself_and_explain_says_so()
    {
        using ToolRunner tool = new();
        string bundle = tool.Write("p.yaml", Bundle);
        string intents = tool.Write("i.jsonl", $"{Intent}\n{Intent}\n{Facts}\n{Intent}\n");
        JsonElement simulated = await tool.RunJson("policy", "simulate", "--policy", bundle, "--input", intents);
        Assert.Equal(
            ["policy/all reject True 2", "policy/all defer False 1"],
            simulated.GetProperty("rules").EnumerateArray().Select(rule => $"{Text(rule, "rule")} {Text(rule, "verdict")} {IsUnknown(rule)} {rule.GetProperty("count").GetInt32()}"));
        (_, string output, _) = await tool.Run("policy", "simulate", "--policy", bundle, "--input", intents);
        Assert.Matches("(?m)^ +2  reject +policy/all \\(condition unknown\\)$", output);

        string known = tool.Write("f.jsonl", Facts.Split('\n')[0]);
        (_, output, _) = await tool.Run("policy", "explain", "--policy", bundle, "--intent", Intent, "--facts", known);
        Assert.Contains("require-approval by own/words: bob failed often (condition unknown)\n", output, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static bool IsUnknown(JsonElement element) => element.TryGetProperty("unknown", out JsonElement unknown) && unknown.GetBoolean();
}
