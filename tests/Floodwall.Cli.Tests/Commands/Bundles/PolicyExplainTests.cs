using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary>What <c>policy explain</c> says of exemptions, of what is only observed, and of a candidate.</summary>
public sealed class PolicyExplainTests
{
    private const string Guard = """
        metadata: {name: guard, revision: 4}
        policies:
        - {id: hard, rules: [{id: no, condition: "resource.id == 'db'", decision: deny, reason: "hands off {resource}"}, {id: ask, condition: "resource.id in ['db', 'web']", decision: require_human}]}
        - {id: tried, mode: shadow, rules: [{id: freeze, condition: "intent.action == 'apply'", decision: deny}]}
        - {id: seen, mode: audit, rules: [{id: look, condition: "agent.role == 'sre'", decision: throttle}]}
        exemptions:
        - {id: incident, who: {agent: deploy-*, role: sre}, policies: [hard], why: the primary is moved by hand, expires: 1000, maxUses: 3, breakGlass: true}
        - {id: some, who: {role: sre}, rules: [hard/no], why: later, expires: 1000, maxUses: 1}
        - {id: useless, who: {role: sre}, rules: [hard/ask], why: w, expires: 1000, maxUses: 1}
        - {id: old, who: {role: sre}, policies: [hard], why: w, expires: 5, maxUses: 1}
        - {id: ann, who: {agent: ann}, policies: [hard], why: w, expires: 1000, maxUses: 1}
        """;

    private const string Intent = """{"agent":"deploy-1","role":"sre","resource":"db","action":"apply"}""";

    [Fact]
    public async Task An_exemption_is_shown_with_what_it_changed()
    {
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson("policy", "explain", "--policy", tool.Write("g.yaml", Guard), "--intent", Intent, "--tick", "9");
        Assert.Equal("admit", result.GetProperty("verdict").GetString());
        JsonElement without = result.GetProperty("without_exemptions");
        Assert.Equal(("reject", "hard/no", "hands off db"), (without.GetProperty("verdict").GetString(), without.GetProperty("rule").GetString(), without.GetProperty("reason").GetString()));
        Assert.Equal(
            ["incident used admit", "some behind require-approval", "useless no-help reject", "old expired ", "ann for-others "],
            result.GetProperty("exemptions").EnumerateArray().Select(one =>
                $"{one.GetProperty("exemption").GetString()} {one.GetProperty("status").GetString()} {(one.TryGetProperty("leaves", out JsonElement leaves) ? leaves.GetProperty("verdict").GetString() : "")}"));
        JsonElement used = result.GetProperty("exemptions")[0];
        Assert.Equal(("deploy-*", "sre"), (used.GetProperty("who").GetProperty("agent").GetString(), used.GetProperty("who").GetProperty("role").GetString()));
        Assert.Equal((1000, 3, true), (used.GetProperty("expires").GetInt32(), used.GetProperty("max_uses").GetInt32(), used.GetProperty("break_glass").GetBoolean()));
        Assert.Equal(["hard/no", "hard/ask"], used.GetProperty("covers").EnumerateArray().Select(rule => rule.GetString()));

        (_, string output, _) = await tool.Run("policy", "explain", "--policy", tool.At("g.yaml"), "--intent", Intent, "--tick", "9");
        Assert.Contains("admit: nothing but what the exemption covers objects\n", output, StringComparison.Ordinal);
        Assert.Contains("  without the exemption incident: reject by hard/no: hands off db\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "  incident covers hard/no, hard/ask for agent deploy-*, role sre, up to 3 intents, before tick 1000, break glass: the primary is moved by hand\n", output, StringComparison.Ordinal);
        Assert.Contains("  the exemption old is not used: it held before tick 5\n", output, StringComparison.Ordinal);
        Assert.Contains("  the exemption useless is not used: what it covers changes nothing, reject by hard/no: hands off db stands\n", output, StringComparison.Ordinal);
        Assert.Contains("  the exemption some is not used: it would leave require-approval by hard/ask", output, StringComparison.Ordinal);
        Assert.DoesNotContain("exemption ann", output, StringComparison.Ordinal);
        Assert.Contains("hard/no  applies: reject (exempted)\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("<- decides", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attribute_of_a_label_is_spelled_one_way()
    {
        using ToolRunner tool = new();
        string bundle = tool.Write("l.yaml", "rules: [{id: a, when: {labels: {team: core, a-b: '*'}}, decision: deny}]");
        (_, string output, _) = await tool.Run("policy", "explain", "--policy", bundle, "--intent", Intent);
        Assert.Contains("  unknown  attr[\"labels.team\"] == \"core\"  -- attr[\"labels.team\"] is not known\n", output, StringComparison.Ordinal);
        Assert.Contains("  \"labels.a-b\" in attr\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("`", output, StringComparison.Ordinal);
        Assert.DoesNotContain("attr.labels", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_only_observed_is_shown_beside_the_verdict()
    {
        using ToolRunner tool = new();
        string[] command = ["policy", "explain", "--policy", tool.Write("g.yaml", Guard), "--intent", Intent, "--tick", "9"];
        string candidate = tool.Write("c.yaml", "metadata: {name: guard, revision: 5}\nrules: [{id: ask, condition: \"resource.id == 'db'\", decision: require_human}, {id: other, condition: \"resource.id == 'x'\", decision: deny}]");
        JsonElement result = await tool.RunJson([.. command, "--shadow", candidate]);
        Assert.Equal(("reject", "tried/freeze"), (Verdict("shadow"), result.GetProperty("shadow").GetProperty("rule").GetString()));
        Assert.Equal("shape", Verdict("audit"));
        JsonElement tried = result.GetProperty("candidate");
        Assert.Equal((5, true, "require-approval", 2), (tried.GetProperty("revision").GetInt32(), tried.GetProperty("differs").GetBoolean(), Verdict("candidate"), tried.GetProperty("rules").GetArrayLength()));
        (_, string output, _) = await tool.Run([.. command, "--shadow", candidate]);
        Assert.Contains("  shadow would say reject by tried/freeze: ", output, StringComparison.Ordinal);
        Assert.Contains("  audit would say shape, wait 1 tick by seen/look: ", output, StringComparison.Ordinal);
        Assert.Contains("  the candidate would say require-approval by rules/ask: ", output, StringComparison.Ordinal);
        Assert.Contains("\ncandidate guard revision 5 sha256:", output, StringComparison.Ordinal);
        Assert.Contains("rules/ask  applies: require-approval  <- decides\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("rules/other", output, StringComparison.Ordinal);

        // The candidate is held against the rules, not against what an exemption leaves of them.
        string same = tool.Write("s.yaml", "rules: [{id: no, condition: \"resource.id == 'db'\", decision: deny}]");
        Assert.False((await tool.RunJson([.. command, "--shadow", same])).GetProperty("candidate").GetProperty("differs").GetBoolean());
        (int code, _, string error) = await tool.Run([.. command, "--shadow", tool.Write("bad.yaml", "rules: [{id: a}]")]);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("bad.yaml:1:", error, StringComparison.Ordinal);

        string? Verdict(string name) => result.GetProperty(name).GetProperty("verdict").GetString();
    }

    [Fact]
    public async Task It_says_what_a_run_decides_and_notes()
    {
        using ToolRunner tool = new();
        string policy = tool.Write("g.yaml", Guard);
        string candidate = tool.Write("c.yaml", "rules: [{id: ask, condition: \"resource.id in ['db', 'cache']\", decision: require_human}]");
        int i = 0;
        foreach (string agent in (string[])["deploy-1", "ann", "bob"])
        {
            foreach (string resource in (string[])["db", "web", "cache"])
            {
                foreach (string action in (string[])["apply", "destroy"])
                {
                    string intent = $$"""{"agent":"{{agent}}","role":"{{(agent == "bob" ? "dev" : "sre")}}","resource":"{{resource}}","action":"{{action}}"}""";
                    JsonElement said = await tool.RunJson("policy", "explain", "--policy", policy, "--shadow", candidate, "--intent", intent);
                    string ledger = tool.At($"ledger{i++}");
                    await tool.RunJson("run", tool.Write("i.jsonl", intent), "--ledger", ledger, "--policy", policy, "--shadow", candidate);
                    JsonElement[] entries = [.. (await tool.Run("dump", ledger)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
                    JsonElement decision = entries.Single(entry => Text(entry, "kind") == "decision");
                    Assert.Equal((Text(decision, "verdict"), Text(decision, "rule")), (Text(said, "verdict"), Text(said, "rule")));
                    string[] noted = [.. entries.Where(entry => Text(entry, "kind") == "note").SelectMany(entry => entry.GetProperty("notes").EnumerateArray())
                        .Select(note => $"{Text(note, "note")} {Text(note, "would_be")} {Text(note, "rule")}")];
                    Assert.Equal(noted, Expected(said));
                }
            }
        }

        static IEnumerable<string> Expected(JsonElement said)
        {
            if (said.GetProperty("exemptions").EnumerateArray().Any(one => Text(one, "status") == "used"))
            {
                yield return Of("exempted", said.GetProperty("without_exemptions"));
            }

            foreach (string name in (string[])["shadow", "audit"])
            {
                if (said.TryGetProperty(name, out JsonElement verdict))
                {
                    yield return Of(name, verdict);
                }
            }

            if (said.GetProperty("candidate").GetProperty("differs").GetBoolean())
            {
                yield return Of("candidate", said.GetProperty("candidate"));
            }
        }

        static string Of(string kind, JsonElement verdict) => $"{kind} {Text(verdict, "verdict")} {Text(verdict, "rule")}";
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
}
