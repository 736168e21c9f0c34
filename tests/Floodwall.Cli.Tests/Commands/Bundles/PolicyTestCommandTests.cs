using System.Text.Json;
using System.Xml.Linq;

namespace Floodwall.Cli.Tests.Commands.Bundles;

public sealed class PolicyTestCommandTests
{
    private const string Bundle = """
        metadata: {name: guard, revision: 2}
        attributes: {cidr: string}
        policies:
        - id: databases
          rules:
          - {id: no-destroy, when: {action: destroy, topic: db.*}, decision: deny, reason: "{agent} may not destroy {resource}"}
          - {id: busy, condition: pool.id != "" && pool.utilization > 0.5, decision: shape, params: {wait: 7}, onUnknown: defer}
          - {id: spare, when: {identity: shared}, decision: switch, params: {identity: spare}}
          - {id: later, when: {topic: later}, decision: defer, params: {ticks: 5}}
        """;

    [Fact]
    public async Task The_example_passes_and_every_rule_decides_once()
    {
        using ToolRunner tool = new();
        (int code, string output, _) = await tool.Run("policy", "test", TestData.Example("policies"));
        Assert.True(code == ExitCodes.Good, output);
        Assert.Contains(" 0 failed in 4 files", output, StringComparison.Ordinal);
        Assert.Contains("every enforced rule decides in at least one test", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tests_that_the_documentation_shows_pass()
    {
        string page = File.ReadAllText(Path.Combine(TestData.Repository, "docs", "policies.md"));
        int start = page.IndexOf("```yaml\n", page.IndexOf("### Tests", StringComparison.Ordinal), StringComparison.Ordinal) + "```yaml\n".Length;
        using ToolRunner tool = Written(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        JsonElement result = await tool.RunJson("policy", "test", tool.At("b"), "--policy", TestData.Example("policies"));
        Assert.Equal(3, result.GetProperty("passed").GetInt32());
    }

    [Fact]
    public async Task Everything_that_can_be_expected_passes()
    {
        using ToolRunner tool = Written("""
            version: v1
            tick: 100
            intent: {agent: deployer, resource: main, action: apply}
            facts: [{fact: pool, subject: p, name: utilization, value: 0.6}]
            tests:
            - {name: admits, intent: {}, expect: admit}
            - name: denies
              intent: {action: destroy, topic: db.x}
              expect: {verdict: deny, rule: databases/no-destroy, reason: deployer may not destroy main}
            - {name: shapes, intent: {pool: p}, expect: {verdict: throttle, wait_ticks: 7}}
            - name: a fact of its own
              intent: {pool: p}
              facts: [{fact: pool, subject: p, name: utilization, value: 0.4}]
              expect: allow
            - {name: facts of one test do not leak into the next, intent: {pool: q}, expect: {verdict: defer, rule: databases/busy}}
            - {name: switches, intent: {identity: shared}, expect: {verdict: switch, switch_to: spare}}
            - {name: the file's clock, intent: {topic: later}, expect: {verdict: defer, until_tick: 105}}
            - {name: its own clock, tick: 7, intent: {topic: later}, expect: {verdict: defer, until_tick: 12}}
            """);
        JsonElement result = await tool.RunJson("policy", "test", tool.At("b"));
        Assert.Equal((8, 0), (result.GetProperty("passed").GetInt32(), result.GetProperty("failed").GetInt32()));
        Assert.Equal("guard", result.GetProperty("name").GetString());
        Assert.Empty(result.GetProperty("rules_that_decide_in_no_test").EnumerateArray());
    }

    [Fact]
    public async Task A_failure_says_what_was_expected_what_came_and_why()
    {
        using ToolRunner tool = Written("""
            tests:
            - {name: good, intent: {agent: a, resource: r, action: apply}, expect: admit}
            - name: <wrong> & loud
              intent: {agent: a, resource: r, action: apply, topic: db.x}
              expect: {verdict: deny, rule: databases/no-destroy, reason: no}
            """);
        string junit = tool.At("junit.xml");
        (int code, string output, _) = await tool.Run("policy", "test", tool.At("b"), "--junit", junit);
        Assert.Equal(ExitCodes.TestFailure, code);
        Assert.Contains($"FAILED {tool.At("b/tests/t.test.yaml")}:3:3: <wrong> & loud", output, StringComparison.Ordinal);
        Assert.Contains("    verdict     expected  reject\n                got       admit\n", output, StringComparison.Ordinal);
        Assert.Contains("databases/no-destroy does not apply: intent.action == \"destroy\" is false", output, StringComparison.Ordinal);
        Assert.Contains("1 passed, 1 failed in 1 file\n", output, StringComparison.Ordinal);
        Assert.Contains("rules that decide in no test: databases/no-destroy, databases/busy", output, StringComparison.Ordinal);

        XElement root = XDocument.Load(junit).Root!;
        Assert.Equal(("testsuites", "2", "1"), (root.Name.LocalName, root.Attribute("tests")!.Value, root.Attribute("failures")!.Value));
        XElement failure = Assert.Single(root.Descendants("failure"));
        Assert.Equal("<wrong> & loud", failure.Parent!.Attribute("name")!.Value);
        Assert.Equal("3", failure.Parent.Attribute("line")!.Value);
        Assert.Contains("no-destroy does not apply", failure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_stands_in_the_report_all_of_it()
    {
        const string Good = "tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: admit}\n";
        using ToolRunner tool = Written(Good);
        string[] command = ["policy", "test", tool.At("b"), "--junit", tool.At("junit.xml")];
        Assert.Equal(ExitCodes.Good, (await tool.Run(command)).Code);

        tool.Write("b/guard.yaml", "rules:\n- {id: a, condition: intent.nothing == 3, decision: deny}\n- {id: b, condition: 1 + 'x', decision: deny}\n");
        tool.Write("b/tests/t.test.yaml", Good.Replace("expect: admit", "expect: {verdict: deny, rule: any/rule}", StringComparison.Ordinal) + Good.Split('\n')[1].Replace("apply", "aply", StringComparison.Ordinal));
        tool.Write("b/tests/u.test.yaml", "tests: 7");
        (int code, _, string error) = await tool.Run(command);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        string[] places = [$"{tool.At("b/guard.yaml")}:2:", $"{tool.At("b/guard.yaml")}:3:", $"{tool.At("b/tests/t.test.yaml")}:3:", $"{tool.At("b/tests/u.test.yaml")}:1:"];
        Assert.Equal(places.Length, error.TrimEnd().Split('\n').Length);
        XElement root = XDocument.Load(tool.At("junit.xml")).Root!;
        Assert.Equal(("1", "0", "1"), (root.Attribute("tests")!.Value, root.Attribute("failures")!.Value, root.Attribute("errors")!.Value));
        string shown = Assert.Single(root.Elements("testsuite").Elements("testcase").Elements("error")).Value;
        Assert.All(places, place => Assert.Contains(place, shown, StringComparison.Ordinal));
        Assert.All(places, place => Assert.Contains("floodwall: " + place, error, StringComparison.Ordinal));

        File.Delete(tool.At("b/guard.yaml"));
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("policy", "test", tool.At("gone"), "--junit", tool.At("junit.xml"))).Code);
        Assert.Contains("gone", Assert.Single(XDocument.Load(tool.At("junit.xml")).Descendants("error")).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: aply}, expect: admit}", "aply", "apply, scale or destroy")]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: dney}", "dney", "admit, shape, defer")]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: {verdict: deny, rule: databases/none}}", "databases/none", "a rule of the bundle")]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expct: admit}", "admit", "a field of a test")]
    [InlineData("intent: {priority: never}\ntests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: admit}", "never", "bulk, normal, urgent or pager")]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, facts: [{fact: pol, name: x, value: 1}], expect: admit}", "pol,", "pool, risk")]
    [InlineData("tests:\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: {verdict: deny, wait_ticks: 3}}", "3}", "nothing with this verdict")]
    [InlineData("tests: 7", "7", "a list of tests")]
    [InlineData("tests: [", "", "well-formed YAML")]
    public async Task A_wrong_test_has_a_place(string text, string at, string expected)
    {
        string before = text[..text.IndexOf(at, StringComparison.Ordinal)];
        string place = at.Length == 0 ? "2:1: error: " : $"{before.Count(c => c == '\n') + 1}:{before.Length - before.LastIndexOf('\n')}: error: ";

        using ToolRunner tool = Written(text);
        (int code, string output, string error) = await tool.Run("policy", "test", tool.At("b"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Empty(output);
        Assert.StartsWith($"floodwall: {tool.At("b/tests/t.test.yaml")}:{place}", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_test_is_named_at_once()
    {
        using ToolRunner tool = Written("tests:\n- {name: a}\n- {name: b, intent: 3, expect: admit}\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: admit}\n- {name: a, intent: {agent: a, resource: r, action: apply}, expect: admit}\n");
        (_, _, string error) = await tool.Run("policy", "test", tool.At("b"));
        Assert.Equal(3, error.Split("floodwall: ", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("expected each name once", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tests_are_an_error()
    {
        using ToolRunner tool = new();
        (int code, _, string error) = await tool.Run("policy", "test", tool.Write("p.yaml", Bundle));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("no tests", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tests_and_another_bundle_are_taken()
    {
        using ToolRunner tool = Written("tests:\n- {name: a, intent: {agent: a, resource: r, action: destroy, topic: db.x}, expect: admit}\n");
        tool.Write("b/more.test.json", "{\n\t\"tests\": [\n\t\t{\"name\": \"b\", \"intent\": {\"agent\": \"a\", \"resource\": \"r\", \"action\": \"apply\"}, \"expect\": \"admit\"}\n\t]\n}\n");
        Assert.Equal(ExitCodes.TestFailure, (await tool.Run("policy", "test", tool.At("b"))).Code);
        string other = tool.Write("other.yaml", "rules:\n- {id: a, when: {topic: x}, decision: deny}\n");
        JsonElement result = await tool.RunJson("policy", "test", tool.At("b"), "--policy", other);
        Assert.Equal(2, result.GetProperty("passed").GetInt32());
    }

    private static ToolRunner Written(string tests)
    {
        ToolRunner tool = new();
        Directory.CreateDirectory(tool.At("b/tests"));
        tool.Write("b/guard.yaml", Bundle);
        tool.Write("b/tests/t.test.yaml", tests);
        return tool;
    }
}
