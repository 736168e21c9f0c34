using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>policy simulate</c> and <c>policy explain</c>.</summary>
public sealed class PolicyTrialCommandTests
{
    private const string Old = "metadata: {name: guard, revision: 1}\nrules:\n- {id: a, when: {topic: db.*}, decision: throttle}\n- {id: b, when: {topic: net.*}, decision: deny}\n";
    private const string New = "metadata: {name: guard, revision: 2}\nrules:\n- {id: a, when: {topic: db.*}, decision: throttle, params: {wait: 9}}\n- {id: c, when: {topic: net.*}, decision: deny}\n- {id: pool, condition: pool.id != \"\" && pool.remaining <= 0, decision: deny, onUnknown: defer}\n";
    private const string Intents = """
        {"agent":"x","resource":"d1","action":"apply","topic":"db.one"}
        {"agent":"x","resource":"n1","action":"apply","topic":"net.one"}
        {"agent":"x","resource":"p1","action":"apply","pool":"p"}
        {"fact":"pool","subject":"p","name":"remaining","value":0}
        {"agent":"x","resource":"p2","action":"apply","pool":"p"}
        {"agent":"x","resource":"o","action":"apply"}
        """;

    [Fact]
    public async Task Verdicts_and_rules_are_counted()
    {
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson("policy", "simulate", "--policy", tool.Write("n.yaml", New), "--input", tool.Write("i.jsonl", Intents));
        Assert.Equal(5, result.GetProperty("intents").GetInt32());
        JsonElement verdicts = result.GetProperty("verdicts");
        Assert.Equal((1, 1, 1, 2), (Count("admit"), Count("shape"), Count("defer"), Count("reject")));
        JsonElement pool = result.GetProperty("rules").EnumerateArray().Single(rule => rule.GetProperty("rule").GetString() == "rules/pool" && rule.GetProperty("verdict").GetString() == "reject");
        Assert.Equal("p2", Assert.Single(pool.GetProperty("examples").EnumerateArray()).GetProperty("intent").GetProperty("resource").GetString());

        // Facts from the start change the first of the two.
        string facts = tool.Write("f.jsonl", """{"fact":"pool","subject":"p","name":"remaining","value":3}""");
        (int code, string output, _) = await tool.Run("policy", "simulate", "--policy", tool.At("n.yaml"), "--input", tool.At("i.jsonl"), "--facts", facts);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("5 intents: admit 2, shape 1, reject 2\n", output, StringComparison.Ordinal);
        Assert.Contains($"{tool.At("i.jsonl")}:5: apply p2 by x", output, StringComparison.Ordinal);

        int Count(string verdict) => verdicts.GetProperty(verdict).GetInt32();
    }

    [Fact]
    public async Task Two_bundles_are_compared_on_the_same_intents()
    {
        using ToolRunner tool = new();
        string[] command = ["policy", "simulate", "--policy", tool.Write("n.yaml", New), "--against", tool.Write("o.yaml", Old), "--input", tool.Write("i.jsonl", Intents)];
        JsonElement result = await tool.RunJson(command);
        Assert.Equal((3, 1), (result.GetProperty("changed").GetInt32(), result.GetProperty("same_verdict_other_reason").GetInt32()));
        Assert.Equal(1, result.GetProperty("against").GetProperty("revision").GetInt32());
        Assert.Equal(
            ["admit -> defer: p1", "admit -> reject: p2", "shape -> shape: d1"],
            result.GetProperty("changes").EnumerateArray().Select(change =>
                $"{Verdict(change, "from")} -> {Verdict(change, "to")}: {change.GetProperty("examples")[0].GetProperty("intent").GetProperty("resource").GetString()}").Order());
        (_, string output, _) = await tool.Run(command);
        Assert.Contains("3 of 5 intents change; 1 keep their verdict for another reason\n", output, StringComparison.Ordinal);
        Assert.Contains("shape by rules/a -> shape by rules/a\n", output, StringComparison.Ordinal);
        Assert.Contains("apply d1 by x (shape, wait 1 tick -> shape, wait 9 ticks)\n", output, StringComparison.Ordinal);

        static string? Verdict(JsonElement change, string side) => change.GetProperty(side).GetProperty("verdict").GetString();
    }

    [Fact]
    public async Task It_says_what_a_run_would_say()
    {
        using ToolRunner tool = new();
        foreach (string file in TestData.Examples)
        {
            JsonElement simulated = await tool.RunJson("policy", "simulate", "--policy", TestData.Example("policies"), "--input", file, "--environment", "production");
            JsonElement run = await tool.RunJson(
                "run", file, "--policy", TestData.Example("policies"), "--environment", "production", "--ledger", tool.At(Path.GetFileName(file)));
            foreach (JsonProperty verdict in simulated.GetProperty("verdicts").EnumerateObject())
            {
                Assert.Equal(run.GetProperty("gate").GetProperty(verdict.Name).GetInt32(), verdict.Value.GetInt32());
            }
        }
    }

    [Fact]
    public async Task Input_that_cannot_be_read_has_a_place()
    {
        using ToolRunner tool = new();
        string policy = tool.Write("n.yaml", New);
        string input = tool.Write("i.jsonl", "{\"agent\":\"x\",\"resource\":\"r\",\"action\":\"apply\"}\n{\"agent\":7}\n");
        (int code, _, string error) = await tool.Run("policy", "simulate", "--policy", policy, "--input", input);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains($"{input}:2: $.agent: expected a string, got 7", error, StringComparison.Ordinal);
        (code, string output, error) = await tool.Run("policy", "simulate", "--policy", policy, "--input", input, "--on-error", "skip");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("1 intents: admit 1", output, StringComparison.Ordinal);
        Assert.Contains("skipped:", error, StringComparison.Ordinal);
        (code, _, error) = await tool.Run("policy", "simulate", "--policy", tool.Write("b.yaml", "rules:\n- {id: a}\n"), "--input", input);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains($"floodwall: {tool.At("b.yaml")}:2:3: error", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_shows_every_clause_and_what_is_missing()
    {
        using ToolRunner tool = new();
        string[] command = ["policy", "explain", "--policy", tool.Write("n.yaml", New), "--intent", """{"agent":"x","resource":"r","action":"apply","topic":"db.one","pool":"p"}"""];
        (int code, string output, _) = await tool.Run(command);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("defer by rules/pool: rule rules/pool defers apply of r by x (condition unknown)", output, StringComparison.Ordinal);
        Assert.Contains("rules/pool  unknown: defer  <- decides\n  true     pool.id != \"\"\n  unknown  pool.remaining <= 0  -- pool.remaining is not known\n", output, StringComparison.Ordinal);
        Assert.Contains("rules/a  applies: shape, wait 9 ticks\n  true     intent.topic.startsWith(\"db.\")\n", output, StringComparison.Ordinal);
        Assert.Contains("rules/c  does not apply\n", output, StringComparison.Ordinal);

        string facts = tool.Write("f.jsonl", """{"fact":"pool","subject":"p","name":"remaining","value":3}""");
        JsonElement result = await tool.RunJson([.. command, "--facts", facts, "--tick", "12"]);
        Assert.Equal(("shape", "rules/a", 12), (result.GetProperty("verdict").GetString(), result.GetProperty("rule").GetString(), result.GetProperty("tick").GetInt32()));
        Assert.Equal(["rules/a", "rules/c", "rules/pool"], result.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("rule").GetString()));
        Assert.Equal(["true", "false", "false"], result.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("condition").GetString()));
        Assert.Equal(3, result.GetProperty("rules")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task A_change_of_a_file_is_explained_by_what_was_known_then()
    {
        using ToolRunner tool = new();
        string policy = tool.Write("n.yaml", New);
        string input = "@" + tool.Write("i.jsonl", Intents);
        Assert.Equal("defer", (await Explain("p1")).GetProperty("verdict").GetString());
        Assert.Equal("reject", (await Explain("p2")).GetProperty("verdict").GetString());
        (int code, _, string error) = await tool.Run("policy", "explain", "--policy", policy, "--intent", input);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("holds several changes; say which with --resource, as in --resource d1", error, StringComparison.Ordinal);
        (code, _, error) = await tool.Run("policy", "explain", "--policy", policy, "--intent", input, "--resource", "none");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("no change of the resource 'none'", error, StringComparison.Ordinal);
        string one = "@" + tool.Write("one.jsonl", """{"agent":"x","resource":"o","action":"apply"}""");
        Assert.Equal("admit", (await tool.RunJson("policy", "explain", "--policy", policy, "--intent", one)).GetProperty("verdict").GetString());

        Task<JsonElement> Explain(string resource) => tool.RunJson("policy", "explain", "--policy", policy, "--intent", input, "--resource", resource);
    }

    [Theory]
    [InlineData("{", "--intent:1: expected valid JSON (column 2)")]
    [InlineData("{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"aply\"}", "--intent:1: $.action: expected apply, scale or destroy")]
    [InlineData("@nowhere.json", "nowhere.json: expected a file that can be read")]
    public async Task An_intent_that_is_none_is_said(string intent, string message)
    {
        using ToolRunner tool = new();
        (int code, _, string error) = await tool.Run("policy", "explain", "--policy", tool.Write("n.yaml", New), "--intent", intent);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
