using System.Text.Json;
using Floodwall.Policy.Tests.Bundles;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>run --policy</c>, and that a replay knows bundles.</summary>
public sealed class RunPolicyTests
{
    [Theory]
    [InlineData("infra.security_group.update", "production", "0.0.0.0/0", "reject", "rules/deny-prod-public-ingress")]
    [InlineData("infra.security_group.update", "production", "10.0.0.0/8", "admit", null)]
    [InlineData("infra.security_group.update", "production", null, "reject", "rules/deny-prod-public-ingress")]
    [InlineData("infra.security_group.update", "staging", "0.0.0.0/0", "admit", null)]
    [InlineData("infra.security_group.create", "production", "0.0.0.0/0", "admit", null)]
    [InlineData("infra.resource.delete", "production", null, "require-approval", "rules/require-approval-prod-delete")]
    [InlineData("infra.resource.delete", "dev", null, "admit", null)]
    [InlineData("infra.cluster.recreate", "production", null, "shape", "rules/throttle-bulk-recreate")]
    [InlineData("infra.cluster.recreate", "staging", null, "admit", null)]
    public async Task The_first_seed_decides_as_written(string topic, string environment, string? cidr, string verdict, string? rule)
    {
        string attributes = cidr is null ? "" : $$""","attributes":{"cidr":"{{cidr}}"}""";
        using ToolRunner tool = new();
        await Decides(tool, Seeds.Rules, $$"""{"agent":"a","resource":"r","action":"apply","topic":"{{topic}}","environment":"{{environment}}"{{attributes}}}""", verdict, rule);
    }

    [Theory]
    [InlineData("prod", "true", "0.1", "defer", "global-safety-net/prevent-exhaustion", null)]
    [InlineData("prod", "false", "0.9", "admit", null, null)]
    [InlineData("prod", null, "0.9", "reject", "global-safety-net/prevent-exhaustion", null)]
    [InlineData("dev", "false", "0.75", "shape", "dev-throttling/slow-down-devs", 2)]
    [InlineData("dev", "false", "1.0", "shape", "dev-throttling/slow-down-devs", 2)]
    [InlineData("dev", "false", "0.5", "admit", null, null)]
    [InlineData("dev", "false", null, "shape", "dev-throttling/slow-down-devs", 2)]
    [InlineData("dev", "true", "0.75", "defer", "global-safety-net/prevent-exhaustion", null)]
    public async Task The_second_seed_decides_as_written(string environment, string? exhaustion, string? utilization, string verdict, string? rule, int? wait)
    {
        using ToolRunner tool = new();
        string facts = (exhaustion is null ? "" : $$"""{"fact":"risk","subject":"api","name":"p99_exhaustion_before_reset","value":{{exhaustion}}}""" + "\n")
            + (utilization is null ? "" : $$"""{"fact":"pool","subject":"api","name":"utilization","value":{{utilization}}}""" + "\n");
        JsonElement decision = await Decides(
            tool, Seeds.Policies, $$"""{"agent":"a","resource":"r","action":"apply","pool":"api","environment":"{{environment}}"}""", verdict, rule, "--facts", tool.Write("f.jsonl", facts));
        Assert.Equal(wait, decision.TryGetProperty("wait_ticks", out JsonElement ticks) ? ticks.GetInt32() : null);
    }

    [Fact]
    public async Task A_bundle_stands_in_place_of_the_built_in_policies_or_beside_them()
    {
        using ToolRunner tool = new();
        const string Global = """{"agent":"a","resource":"r","action":"destroy","blast_radius":"global","priority":"pager"}""";
        await Decides(tool, Seeds.Rules, Global, "admit", null);
        await Decides(tool, Seeds.Rules, Global, "reject", "no-global-destroy", "--with-builtin");
        await Decides(tool, Seeds.Rules, Global, "defer", "resource-allowlist", "--allow", "web");
        (int code, _, string error) = await tool.Run("run", tool.At("i.jsonl"), "--ledger", tool.At("x"), "--with-builtin");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("--with-builtin belongs to --policy", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_have_been_is_summed_up_dumped_and_judged_anew()
    {
        using ToolRunner tool = new();
        string live = tool.Write("live.yaml", """
            metadata: {name: guard, revision: 4}
            rules: [{id: no, condition: "resource.id == 'db'", decision: deny}]
            exemptions: [{id: incident, who: {agent: ann}, policies: ['*'], why: by hand, expires: 1000, maxUses: 1}]
            """);
        string candidate = tool.Write("candidate.yaml", "rules: [{id: ask, condition: \"resource.id in ['db', 'web']\", decision: require_human}]");
        string intents = tool.Write("i.jsonl", string.Join('\n', new[] { ("ann", "db"), ("ann", "db"), ("bob", "web"), ("bob", "cache") }
            .Select((pair, i) => $$"""{"id":{{i}},"agent":"{{pair.Item1}}","resource":"{{pair.Item2}}","action":"apply"}""")));
        JsonElement run = await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--policy", live, "--shadow", candidate);
        JsonElement tried = run.GetProperty("candidate");
        Assert.Equal((4, 3, 1, 2), (Number("judged"), Number("different"), Number("harsher"), Number("milder")));
        Assert.Equal(["exempted rules/no 1", "candidate rules/ask 3"], run.GetProperty("would_have_decided").EnumerateArray()
            .Select(one => $"{one.GetProperty("note").GetString()} {one.GetProperty("rule").GetString()} {one.GetProperty("count")}"));

        (_, string dump, _) = await tool.Run("dump", tool.At("ledger"));
        JsonElement[] entries = [.. dump.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement noted = entries.First(entry => entry.GetProperty("kind").GetString() == "note");
        Assert.Equal(["exempted", "candidate"], noted.GetProperty("notes").EnumerateArray().Select(note => Text(note, "note")));
        JsonElement exempted = noted.GetProperty("notes")[0];
        Assert.Equal(
            ("exempted", "reject", "rules/no", "exemption/incident", "by hand"),
            (Text(exempted, "note"), Text(exempted, "would_be"), Text(exempted, "rule"), Text(exempted, "exemption"), Text(exempted, "why")));
        JsonElement decision = entries.First(entry => entry.GetProperty("index").GetInt32() == noted.GetProperty("index").GetInt32() + 1);
        Assert.Equal(("decision", "admit"), (Text(decision, "kind"), Text(decision, "verdict")));
        JsonElement denied = entries.First(entry => Text(entry, "kind") == "decision" && Text(entry, "verdict") == "reject");
        Assert.Equal("rules/no", Text(denied, "rule"));
        Assert.Equal(Text(entries.First(entry => entry.TryGetProperty("policies", out JsonElement texts) && texts.ValueKind == JsonValueKind.Array), "gate"), Text(denied, "gate"));

        JsonElement replayed = await tool.RunJson("replay", tool.At("ledger"));
        Assert.Equal((4, 0), (replayed.GetProperty("judged").GetInt32(), replayed.GetProperty("mismatch_count").GetInt32()));

        // Every difference that the run counted is on record.
        Assert.Equal(Number("different"), entries.Where(entry => Text(entry, "kind") == "note").Sum(entry => entry.GetProperty("notes").EnumerateArray().Count(note => Text(note, "note") == "candidate")));
        Assert.Equal((1, 3), (replayed.GetProperty("gate_notes").GetProperty("exempted").GetInt32(), replayed.GetProperty("gate_notes").GetProperty("candidate").GetInt32()));

        (int code, _, string error) = await tool.Run("run", intents, "--ledger", tool.At("x"), "--shadow", candidate);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("--shadow belongs to --policy", error, StringComparison.Ordinal);
        (_, string listed, _) = await tool.Run("policy", "snapshots", tool.At("ledger"));
        Assert.Contains("guard revision 4", listed, StringComparison.Ordinal);

        int Number(string name) => tried.GetProperty(name).GetInt32();
        static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();
    }

    [Fact]
    public async Task The_counts_of_a_candidate_add_up_where_exemptions_are_at_work()
    {
        using ToolRunner tool = new();
        string live = tool.Write("live.yaml", """
            rules: [{id: no, condition: "resource.id in ['db', 'web']", decision: deny}]
            exemptions: [{id: incident, who: {agent: ann}, policies: ['*'], why: by hand, expires: 1000, maxUses: 2}]
            """);
        string candidate = tool.Write("candidate.yaml", "rules: [{id: ask, condition: \"resource.id == 'web'\", decision: require_human}]");
        string intents = tool.Write("i.jsonl", string.Join('\n', new[] { "db", "db", "web" }.Select((resource, i) => $$"""{"id":{{i}},"agent":"ann","resource":"{{resource}}","action":"apply"}""")));
        string[] command = ["run", intents, "--policy", live, "--shadow", candidate, "--ledger"];
        (_, string output, _) = await tool.Run([.. command, tool.At("l")]);
        Assert.Contains("candidate  3 of 3 would differ: 0 harsher, 3 milder (rules against rules, exemptions not counted)\n", output, StringComparison.Ordinal);
        Assert.Contains("  exempted            2  rules/no\n  candidate           1  rules/ask\n  candidate           2  no rule: it admits\n", output, StringComparison.Ordinal);
        Assert.Contains("  (candidate: another verdict than the live bundle's, exemptions not counted)\n", output, StringComparison.Ordinal);

        JsonElement run = await tool.RunJson([.. command, tool.At("m")]);
        Assert.Equal(
            run.GetProperty("candidate").GetProperty("different").GetInt32(),
            run.GetProperty("would_have_decided").EnumerateArray().Where(one => one.GetProperty("note").GetString() == "candidate").Sum(one => one.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_wrong_bundle_leaves_nothing_behind()
    {
        using ToolRunner tool = new();
        string bad = tool.Write("bad.yaml", "rules:\n- {id: a, condition: intent.nothing == 3, decision: deny}\n- {id: b, condition: 1 + 'x', decision: deny}\n");
        (int code, _, string error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--policy", bad);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.StartsWith($"floodwall: {bad}:2:", error, StringComparison.Ordinal);
        Assert.Contains($"floodwall: {bad}:3:", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tool.At("ledger")));
    }

    [Fact]
    public async Task Real_plans_and_logs_are_judged_and_judged_anew()
    {
        using ToolRunner tool = new();
        string[] inputs = [.. TestData.Examples.Concat(TestData.SharedInputs)];
        foreach (string input in inputs)
        {
            await tool.RunJson("run", input, "--policy", TestData.Example("policies"), "--environment", "production", "--ledger", tool.At("ledger"));
        }

        JsonElement replayed = await tool.RunJson("replay", tool.At("ledger"));
        Assert.True(replayed.GetProperty("judged").GetInt32() > 0);
        Assert.Equal(0, replayed.GetProperty("not_judged").GetInt32());
    }

    private static async Task<JsonElement> Decides(ToolRunner tool, string policy, string intent, string verdict, string? rule, params string[] options)
    {
        string ledger = tool.At($"ledger-{options.Length}");
        string decisions = tool.At("decisions.jsonl");
        await tool.RunJson(
            ["run", tool.Write("i.jsonl", intent), "--ledger", ledger, "--policy", tool.Write("p.yaml", policy), "--decisions", decisions, .. options]);
        JsonElement decision = JsonDocument.Parse(File.ReadAllText(decisions)).RootElement;
        Assert.Equal(verdict, decision.GetProperty("verdict").GetString());
        Assert.Equal(rule, decision.TryGetProperty("rule", out JsonElement name) ? name.GetString() : null);
        JsonElement replayed = await tool.RunJson("replay", ledger);
        Assert.Equal((1, 0), (replayed.GetProperty("judged").GetInt32(), replayed.GetProperty("not_judged").GetInt32()));
        return decision;
    }
}
