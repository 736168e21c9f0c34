using Floodwall.Cli.Formats;

namespace Floodwall.Cli.Tests.Formats.Intents;

/// <summary>The published schema and the reader agree on what an intent is.</summary>
public sealed class SchemaTests
{
    private static readonly Dictionary<string, string[]> Samples = new()
    {
        ["id"] = ["0", "18446744073709551615", "18446744073709551616", "-1", "1.5", "\"1\"", "null"],
        ["agent"] = ["\"x\"", "\"\"", "1", "null", "\"a\\u0000\"", "\"a\\u007f\"", "\"a\\u0085\"", "\"é😀\""],
        ["resource"] = ["\"ns/pods/x\"", "\"\"", "[]"],
        ["action"] = ["\"apply\"", "\"scale\"", "\"destroy\"", "\"APPLY\"", "0", "null"],
        ["manifest_digest"] = ["\"" + new string('a', 64) + "\"", "\"" + new string('a', 63) + "\"", "\"" + new string('g', 64) + "\"", "1"],
        ["replicas"] = ["0", "4294967295", "4294967296", "-1", "1.5", "\"1\""],
        ["priority"] = ["\"bulk\"", "\"normal\"", "\"urgent\"", "\"pager\"", "\"low\"", "1"],
        ["blast_radius"] = ["\"cell\"", "\"service\"", "\"region\"", "\"global\"", "\"\"", "3"],
        ["topic"] = ["\"a.b\"", "\"\"", "{}"],
        ["environment"] = ["\"production\"", "\"\"", "true"],
        ["scope"] = ["\"s\"", "\"\"", "1"],
        ["pool"] = ["\"p\"", "\"\"", "1"],
        ["identity"] = ["\"i\"", "\"\"", "1"],
        ["role"] = ["\"r\"", "\"\"", "1"],
        ["cost"] = ["0", "1.5", "\"1.5\"", "\"9223372036854.775807\"", "-1", "9223372036854.775808", "\"1.1234567\"", "\"NaN\"", "true", "\"-1\""],
        ["submitted_tick"] = ["0", "18446744073709551615", "-1", "0.5", "\"1\""],
        ["deadline_tick"] = ["0", "18446744073709551615", "-1", "0.5", "\"1\""],
        ["idempotency_key"] =
        [
            "\"" + new string('0', 32) + "\"", "\"7b2a4c1e-0d3f-4f5a-9b6c-1e2d3f4a5b6c\"", "\"7b2a4c1e0d3f-4f5a-9b6c-1e2d3f4a5b6c\"",
            "\"7b2a4c1e-0d3f-4f5a-9b6c-1e2d3f4a5b6\"", "\"{7b2a4c1e-0d3f-4f5a-9b6c-1e2d3f4a5b6c}\"", "\"7b2a4c1-e0d3f-4f5a-9b6c-1e2d3f4a5b6c\"", "1",
        ],
        ["follows_back"] = ["0", "1", "2", "-1", "true"],
        ["attributes"] =
        [
            "{}", "{\"a\":\"\"}", "{\"a\":\"x\",\"b\":[],\"c\":[\"x\",\"\",\"x\"],\"d\":-1,\"e\":1.5e3,\"f\":true}", "{\"\":1}", "{\"a\":null}",
            "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":[\"x\",null]}", "{\"a\\u0007\":1}", "{\"a\":\"\\u0007\"}", "[]", "1", "\"x\"",
            "{" + string.Join(',', Enumerable.Range(0, 64).Select(i => $"\"a{i}\":{i}")) + "}",
            "{" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"a{i}\":{i}")) + "}",
            "{\"a\":[" + string.Join(',', Enumerable.Repeat("\"x\"", 256)) + "]}",
            "{\"a\":[" + string.Join(',', Enumerable.Repeat("\"x\"", 257)) + "]}",
        ],
    };

    [Fact]
    public void Every_field_has_samples() => Assert.Equal(IntentSchema.Load().Properties.Order(), Samples.Keys.Order());

    [Fact]
    public void Schema_and_reader_give_the_same_verdict()
    {
        IntentSchema schema = IntentSchema.Load();
        int accepted = 0;
        int refused = 0;
        foreach (string line in Lines())
        {
            bool bySchema = schema.Accepts(line);
            bool byReader = ReaderAccepts(line);
            Assert.True(bySchema == byReader, $"schema {bySchema}, reader {byReader}: {line}");
            accepted += bySchema ? 1 : 0;
            refused += bySchema ? 0 : 1;
        }

        Assert.True(accepted > 60 && refused > 60, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [InlineData("fact", "\"pool\"", "\"environment\"", "\"none\"", "\"Pool\"", "1", "null")]
    [InlineData("subject", "\"api\"", "\"\"", "1", "null")]
    [InlineData("name", "\"x\"", "\"\"", "\"a\\u0007\"", "true")]
    [InlineData("value", "0", "-9223372036854775808", "1.5", "1e3", "\"\"", "\"x\"", "true", "null", "[]", "{}", "\"\\u0007\"")]
    [InlineData("tick", "0", "18446744073709551615", "-1", "1.5", "\"1\"", "null")]
    [InlineData("agent", "\"a\"")]
    public void Schema_and_reader_agree_on_facts(string field, params string[] values)
    {
        IntentSchema schema = IntentSchema.Load("fact");
        Assert.Equal(Floodwall.Cli.Formats.Intents.FactFields.Fields.Order(), schema.Properties.Order());
        foreach (string value in values)
        {
            var members = new Dictionary<string, string> { ["fact"] = "\"pool\"", ["name"] = "\"remaining\"", ["value"] = "1" };
            members[field] = value;
            string line = Object(members);
            Assert.True(schema.Accepts(line) == ReaderAccepts(line), line);
        }

        foreach (string missing in (string[])["{\"fact\":\"pool\",\"name\":\"x\"}", "{\"fact\":\"pool\",\"value\":1}"])
        {
            Assert.False(schema.Accepts(missing) || ReaderAccepts(missing), missing);
        }
    }

    [Fact]
    public void The_example_is_valid_by_the_schema() =>
        Assert.All(File.ReadAllLines(TestData.Example("intents.jsonl")), line => Assert.True(IntentSchema.Load().Accepts(line)));

    private static IEnumerable<string> Lines()
    {
        foreach (string action in (string[])["apply", "scale", "destroy"])
        {
            foreach ((string field, string[] values) in Samples)
            {
                foreach (string value in values)
                {
                    var members = new Dictionary<string, string> { ["agent"] = "\"a\"", ["resource"] = "\"r\"", ["action"] = $"\"{action}\"" };
                    if (action == "scale")
                    {
                        members["replicas"] = "3";
                    }

                    members[field] = value;
                    yield return Object(members);
                }
            }
        }

        yield return "{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"apply\",\"unknown\":1}";
        yield return "{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"scale\"}";
        yield return "{\"agent\":\"a\",\"resource\":\"r\"}";
        yield return "{\"agent\":\"a\",\"action\":\"apply\"}";
        yield return "{\"resource\":\"r\",\"action\":\"apply\"}";
        yield return "{}";
    }

    private static string Object(Dictionary<string, string> members) => "{" + string.Join(',', members.Select(p => $"\"{p.Key}\":{p.Value}")) + "}";

    // An intent before it, so that follows_back has something to follow.
    private static bool ReaderAccepts(string line) =>
        Inputs.Read(
            "{\"agent\":\"a\",\"resource\":\"r\",\"action\":\"destroy\"}\n" + line,
            new ReadOptions { Format = InputFormat.Intents, OnError = OnError.Skip }).Report.Errors == 0;
}
