using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>run --policy</c>, and that a replay knows bundles.</summary>
public sealed class RunPolicyTests
{
    // The two bundles that have to decide as they are written.
    private const string Rules = """
        version: v1
        rules:
        - id: deny-prod-public-ingress
          when:
            topic: infra.security_group.update
            env: production
            cidr: "0.0.0.0/0"
          decision: deny
        - id: require-approval-prod-delete
          when:
            topic: infra.resource.delete
            env: production
          decision: require_human
        - id: throttle-bulk-recreate
          when:
            topic: infra.cluster.recreate
            env: production
          decision: throttle
        """;

    private const string Policies = """
        policies:
        - id: "global-safety-net"
          scope: "global"
          type: "hard"
          rules:
          - name: "prevent-exhaustion"
            condition: "risk.p99_exhaustion_before_reset == true"
            action: "defer"
            priority: 100
        - id: "dev-throttling"
          scope: "env:dev"
          type: "soft"
          rules:
          - name: "slow-down-devs"
            condition: "pool.utilization > 0.50"
            action: "shape"
            params:
              algorithm: "linear"
              factor: 2.0
            priority: 50
        """;

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
        await Decides(tool, Rules, $$"""{"agent":"a","resource":"r","action":"apply","topic":"{{topic}}","environment":"{{environment}}"{{attributes}}}""", verdict, rule);
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
            tool, Policies, $$"""{"agent":"a","resource":"r","action":"apply","pool":"api","environment":"{{environment}}"}""", verdict, rule, "--facts", tool.Write("f.jsonl", facts));
        Assert.Equal(wait, decision.TryGetProperty("wait_ticks", out JsonElement ticks) ? ticks.GetInt32() : null);
    }

    [Fact]
    public async Task A_bundle_stands_in_place_of_the_built_in_policies_or_beside_them()
    {
        using ToolRunner tool = new();
        const string Global = """{"agent":"a","resource":"r","action":"destroy","blast_radius":"global","priority":"pager"}""";
        await Decides(tool, Rules, Global, "admit", null);
        await Decides(tool, Rules, Global, "reject", "no-global-destroy", "--with-builtin");
        await Decides(tool, Rules, Global, "defer", "resource-allowlist", "--allow", "web");
        (int code, _, string error) = await tool.Run("run", tool.At("i.jsonl"), "--ledger", tool.At("x"), "--with-builtin");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("--with-builtin belongs to --policy", error, StringComparison.Ordinal);
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
