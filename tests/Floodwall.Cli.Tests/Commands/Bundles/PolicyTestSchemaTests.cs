using System.Text;
using System.Text.Json;
using Floodwall.Cli.Bundles.Tests;
using Floodwall.Cli.Tests.Formats.Intents;
using Floodwall.Policy;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary>The published schema and the reader agree on what a file of tests is.</summary>
public sealed class PolicyTestSchemaTests
{
    private static readonly IntentSchema Schema = IntentSchema.Load("policy-test");

    private static readonly HashSet<string> Rules = new(StringComparer.Ordinal) { "p/r" };

    private static readonly string[] Words =
        ["admit", "approve", "allow", "shape", "throttle", "defer", "require_approval", "require-approval", "require_human", "require-human", "switch", "deny", "reject"];

    public static TheoryData<string> Examples { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(TestData.Repository, "examples", "policies", "tests")).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_s_tests_are_valid_by_the_schema(string file) =>
        Assert.True(Schema.Accepts(Json(File.ReadAllText(TestData.Example($"policies/tests/{file}")))));

    [Fact]
    public void The_tests_in_the_documentation_are_valid_by_the_schema()
    {
        string page = File.ReadAllText(Path.Combine(TestData.Repository, "docs", "policies.md"));
        int start = page.IndexOf("```yaml\n", page.IndexOf("### Tests", StringComparison.Ordinal), StringComparison.Ordinal) + "```yaml\n".Length;
        Assert.True(Schema.Accepts(Json(page[start..page.IndexOf("```", start, StringComparison.Ordinal)])));
    }

    /// <summary>An editor loads one schema, so it holds what the other two say.</summary>
    [Fact]
    public void Intents_and_facts_are_those_of_their_own_schemas()
    {
        Equal(IntentSchema.Load("intent").PropertiesOf(), Schema.PropertiesOf("intent"), "follows_back");
        Equal(IntentSchema.Load("fact").PropertiesOf(), Schema.PropertiesOf("fact"), except: null);

        static void Equal(JsonElement own, JsonElement here, string? except)
        {
            Assert.Equal(own.EnumerateObject().Select(one => one.Name), here.EnumerateObject().Select(one => one.Name));
            Assert.All(own.EnumerateObject().Where(one => one.Name != except), one => Assert.True(JsonElement.DeepEquals(one.Value, here.GetProperty(one.Name)), one.Name));
        }
    }

    [Fact]
    public void Schema_and_reader_give_the_same_verdict()
    {
        int accepted = 0;
        int refused = 0;
        foreach (string yaml in Samples())
        {
            bool byReader = ReaderAccepts(yaml);
            Assert.True(Schema.Accepts(Json(yaml)) == byReader, $"reader {byReader}: {yaml}");
            (accepted, refused) = byReader ? (accepted + 1, refused) : (accepted, refused + 1);
        }

        Assert.True(accepted > 40 && refused > 100, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [InlineData("tests: [{name: a, intent: {agent: a, resource: r, action: apply}, expect: {verdict: deny, rule: p/other}}]")]
    [InlineData("tests: [{name: a, intent: {agent: a}, expect: deny}]")]
    [InlineData("tests: [{name: a, intent: {agent: a, resource: r, action: scale}, expect: deny}]")]
    public void What_a_schema_cannot_say_the_reader_refuses(string yaml)
    {
        Assert.True(Schema.Accepts(Json(yaml)));
        Assert.False(ReaderAccepts(yaml));
    }

    private static IEnumerable<string> Samples()
    {
        const string Intent = "{agent: a, resource: r, action: apply}";
        string[] odd = ["null", "''", "[]", "{}", "1", "true", "x"];
        string Test(string more) => $"tests: [{{name: a, intent: {Intent}, {more}}}]";

        foreach (string word in Words.Concat(odd).Concat(["dney", "Admit", "DENY", "no-verdict"]))
        {
            yield return Test($"expect: {word}");
            foreach (string other in (string[])["rule: p/r", "reason: because", "wait_ticks: 3", "until_tick: 0", "switch_to: spare"])
            {
                yield return Test($"expect: {{verdict: {word}, {other}}}");
            }
        }

        foreach (string value in odd)
        {
            yield return Test($"expect: {{verdict: deny, rule: {value}}}");
            yield return Test($"expect: {{verdict: deny, reason: {value}}}");
            yield return Test($"expect: {{verdict: shape, wait_ticks: {value}}}");
            yield return Test($"expect: {{verdict: defer, until_tick: {value}}}");
            yield return Test($"expect: {{verdict: switch, switch_to: {value}}}");
            yield return Test($"expect: admit, tick: {value}");
            yield return Test($"expect: admit, facts: {value}");
            yield return Test($"expect: admit, facts: [{value}]");
            yield return Test($"expect: admit, more: {value}");
            yield return $"version: {value}\n{Test("expect: admit")}";
            yield return $"description: {value}\n{Test("expect: admit")}";
            yield return $"tick: {value}\n{Test("expect: admit")}";
            yield return $"facts: {value}\n{Test("expect: admit")}";
            yield return $"intent: {value}\n{Test("expect: admit")}";
            yield return $"more: {value}\n{Test("expect: admit")}";
            yield return $"tests: {value}";
            yield return $"tests: [{value}]";
            yield return $"tests: [{{name: {value}, intent: {Intent}, expect: admit}}]";
            foreach (string field in (string[])["agent", "priority", "cost", "attributes", "follows_back", "submitted_tick", "topic", "idempotency_key", "unknown"])
            {
                yield return $"intent: {{resource: r, action: apply, agent: b}}\ntests: [{{name: a, intent: {{{field}: {value}}}, expect: admit}}]";
            }
        }

        foreach (string tick in (string[])["0", "18446744073709551615", "18446744073709551616", "-1", "1.5"])
        {
            yield return Test($"expect: admit, tick: {tick}");
            yield return Test($"expect: {{verdict: shape, wait_ticks: {tick}}}");
        }

        foreach (string missing in (string[])["{intent: {agent: a, resource: r, action: apply}, expect: admit}", "{name: a, expect: admit}", "{name: a, intent: {agent: a, resource: r, action: apply}}"])
        {
            yield return $"tests: [{missing}]";
        }

        yield return "version: v1";
        yield return $"version: v1\ndescription: all of it\n{Test("expect: admit, tick: 7, facts: [{fact: pool, subject: p, name: n, value: 1, tick: 3}]")}";
        yield return Test("expect: admit, facts: [{fact: pool, name: n}]");
        yield return Test("expect: admit, facts: [{fact: pol, name: n, value: 1}]");
    }

    private static string Json(string yaml) =>
        Encoding.UTF8.GetString(YamlJson.TryRead(new BundleSource("t.test.yaml", Encoding.UTF8.GetBytes(yaml)), out _)!.Utf8.Span);

    private static bool ReaderAccepts(string yaml)
    {
        PolicyTestReader.Read(new BundleSource("t.test.yaml", Encoding.UTF8.GetBytes(yaml)), Rules, out IReadOnlyList<PolicyDiagnostic> problems);
        return problems.Count == 0;
    }
}
