using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

public sealed class PolicyCheckCommandTests
{
    [Fact]
    public async Task Errors_have_a_place_and_a_suggestion()
    {
        using ToolRunner tool = new();
        string file = tool.Write("p.yaml", "rules:\n- id: a\n  condition: intent.topc == \"x\"\n  decision: deny\n");
        (int code, string output, _) = await tool.Run("policy", "check", file);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.StartsWith($"{file}:3:", output, StringComparison.Ordinal);
        Assert.Contains("(did you mean topic?)", output, StringComparison.Ordinal);
        Assert.Contains($"{file}: cannot be used", output, StringComparison.Ordinal);

        string word = tool.Write("q.yaml", "rules:\n- id: a\n  condition: 'true'\n  decision: dney\n");
        (_, output, _) = await tool.Run("policy", "check", word);
        Assert.StartsWith($"{word}:4:13: error: expected ", output, StringComparison.Ordinal);
        Assert.Contains("(did you mean deny?)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_are_good_unless_strict()
    {
        using ToolRunner tool = new();
        string file = tool.Write("p.yaml", "rules:\n- {id: a, condition: intent.topic == \"a\" && intent.topic == \"b\", decision: deny}\n");
        (int code, string output, _) = await tool.Run("policy", "check", file);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("warning: rules/a: the rule can never apply: no value of intent.topic fits", output, StringComparison.Ordinal);
        Assert.Contains("1 policy, 1 rule, no exemptions; 1 warning; an intent costs at most", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("policy", "check", file, "--strict")).Code);
    }

    [Fact]
    public async Task Every_path_is_a_bundle_of_its_own()
    {
        using ToolRunner tool = new();
        string good = tool.Write("good.yaml", "rules:\n- {id: a, condition: 'true', decision: deny}\n");
        string bad = tool.Write("bad.yaml", "rules: 7\n");
        (int code, string output, _) = await tool.Run("policy", "check", good, bad, tool.At("absent.yaml"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains($"{good}: (unnamed) sha256:", output, StringComparison.Ordinal);
        Assert.Contains($"{bad}:1:8: error", output, StringComparison.Ordinal);
        Assert.Contains($"{tool.At("absent.yaml")}: cannot be used", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_one_bundle_and_its_tests_are_none_of_it()
    {
        using ToolRunner tool = new();
        Directory.CreateDirectory(tool.At("b"));
        tool.Write("b/1.yaml", "metadata: {name: n, revision: 3}\nrules:\n- {id: a, condition: 'true', decision: deny}\n");
        tool.Write("b/2.yaml", "rules:\n- {id: b, condition: agent.id + \"x\" == resource.id, decision: throttle, onUnknown: defer}\n");
        tool.Write("b/x.test.yaml", "this: is no bundle\n");
        JsonElement result = await tool.RunJson("policy", "check", tool.At("b"));
        JsonElement bundle = Assert.Single(result.GetProperty("bundles").EnumerateArray());
        Assert.True(bundle.GetProperty("usable").GetBoolean());
        Assert.Equal(("n", 3), (bundle.GetProperty("name").GetString(), bundle.GetProperty("revision").GetInt32()));
        JsonElement[] rules = [.. bundle.GetProperty("rules").EnumerateArray()];
        Assert.Equal(["rules/a", "rules/b"], rules.Select(rule => rule.GetProperty("rule").GetString()));
        Assert.Equal(rules.Sum(rule => rule.GetProperty("worst_cost").GetInt64()), bundle.GetProperty("worst_cost").GetInt64());
        Assert.Equal("agent.id + \"x\" == resource.id", Assert.Single(rules[1].GetProperty("slow_clauses").EnumerateArray()).GetString());
        JsonElement finding = Assert.Single(bundle.GetProperty("findings").EnumerateArray());
        Assert.Equal(("warning", 2), (finding.GetProperty("severity").GetString(), finding.GetProperty("line").GetInt32()));
        Assert.Contains("rules/b: the rule never decides", finding.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_is_clean()
    {
        using ToolRunner tool = new();
        (int code, string output, _) = await tool.Run("policy", "check", "--strict", TestData.Example("policies"));
        Assert.True(code == ExitCodes.Good, output);
        Assert.Contains("no warnings", output, StringComparison.Ordinal);
    }
}
