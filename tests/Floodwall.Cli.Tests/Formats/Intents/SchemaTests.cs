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
