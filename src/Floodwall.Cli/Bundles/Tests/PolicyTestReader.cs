using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Intents;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;
using Floodwall.Policy;
using SourcePosition = Floodwall.Cli.Formats.SourcePosition;

namespace Floodwall.Cli.Bundles.Tests;

/// <summary>Reads test files (docs/policies.md, "Tests"); whatever is wrong becomes a diagnostic with line and column.</summary>
internal sealed class PolicyTestReader
{
    private static readonly string[] FileFields = ["version", "description", "intent", "facts", "tick", "tests"];
    private static readonly string[] TestFields = ["name", "intent", "facts", "tick", "expect"];
    private static readonly string[] ExpectFields = ["verdict", "rule", "reason", "wait_ticks", "until_tick", "switch_to"];

    private readonly YamlJson _yaml;
    private readonly string _file;
    private readonly IReadOnlySet<string>? _rules;
    private readonly List<PolicyDiagnostic> _problems = [];

    private PolicyTestReader(YamlJson yaml, string file, IReadOnlySet<string>? rules)
    {
        _yaml = yaml;
        _file = file;
        _rules = rules;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="rules">The bundle's rules, as <c>POLICY/RULE</c>: a test may expect no other. Null where the bundle cannot be read.</param>
    /// <param name="problems">What is wrong; the tests are of use only where nothing is.</param>
    public static IReadOnlyList<PolicyTest> Read(BundleSource source, IReadOnlySet<string>? rules, out IReadOnlyList<PolicyDiagnostic> problems)
    {
        if (YamlJson.TryRead(source, out problems) is not { } yaml)
        {
            return [];
        }

        PolicyTestReader reader = new(yaml, source.Name, rules);
        using JsonDocument document = JsonDocument.Parse(yaml.Utf8);
        IReadOnlyList<PolicyTest> tests = reader.File(document.RootElement);
        problems = reader._problems;
        return tests;
    }

    private List<PolicyTest> File(JsonElement root)
    {
        List<PolicyTest> tests = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Guard(() =>
        {
            JsonFields fields = Fields(root, "$", FileFields, "a test file");
            if (fields.Find("version") is { } version && (version.ValueKind != JsonValueKind.String || version.GetString() != "v1"))
            {
                throw fields.Wrong("version", "v1");
            }

            _ = Text(fields, "description");
            JsonElement list = fields.Find("tests") is { ValueKind: JsonValueKind.Array } array ? array : throw fields.Wrong("tests", "a list of tests");
            int index = 0;
            foreach (JsonElement test in list.EnumerateArray())
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"$.tests[{index++}]");
                Guard(() =>
                {
                    PolicyTest one = Test(fields, Fields(test, path, TestFields, "a test"));
                    tests.Add(names.Add(one.Name) ? one : throw new InputException(At($"{path}.name"), $"expected each name once, got \"{JsonText.Shown(one.Name)}\" again"));
                });
            }
        });
        return tests;
    }

    private PolicyTest Test(JsonFields file, JsonFields test)
    {
        string name = test.RequiredText("name");
        ChangeRecord intent = Intent(file, test);
        ulong tick = Tick(test) ?? Tick(file) ?? intent.SubmittedTick ?? 0;
        return new PolicyTest
        {
            File = _file,
            Position = _yaml.PlaceOf(test.Position.Path!),
            Name = name,
            Intent = intent with { SubmittedTick = intent.SubmittedTick ?? tick },
            Facts = [.. Facts(file, tick), .. Facts(test, tick)],
            Tick = tick,
            Expect = Expect(test),
        };
    }

    // What the test states comes before what the file states for all.
    private static ChangeRecord Intent(JsonFields file, JsonFields test)
    {
        JsonFields own = test.RequiredObject("intent");
        JsonFields? shared = file.Object("intent");
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in own.Element.EnumerateObject())
            {
                member.WriteTo(json);
            }

            foreach (JsonProperty member in shared?.Element.EnumerateObject().Where(member => !own.Element.TryGetProperty(member.Name, out _)) ?? [])
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        using JsonDocument merged = JsonDocument.Parse(buffer.WrittenMemory);
        return NativeIntentReader.Intent(JsonFields.Of(merged.RootElement, own.Position), DerivationTable.Default);
    }

    private static List<FactRecord> Facts(JsonFields fields, ulong tick)
    {
        List<FactRecord> facts = [];
        if (fields.Find("facts") is not { } list)
        {
            return facts;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw fields.Wrong("facts", "a list of facts");
        }

        foreach (JsonElement item in list.EnumerateArray())
        {
            SourcePosition position = fields.Position.Member(string.Create(CultureInfo.InvariantCulture, $"facts[{facts.Count}]"));
            JsonFields fact = JsonFields.Of(item, position);
            FactRecord record = FactFields.IsFact(fact) ? FactFields.Read(fact) : throw fact.Wrong("fact", IntentWords.Choice(FactWords.All));
            facts.Add(record with { Tick = record.Tick ?? tick });
        }

        return facts;
    }

    private Expectation Expect(JsonFields test)
    {
        JsonElement expect = test.Find("expect") ?? throw test.Wrong("expect", $"{VerdictWords.Choice}, or a mapping with verdict");
        if (expect.ValueKind == JsonValueKind.String)
        {
            return new Expectation(VerdictWords.Parse(expect.GetString()!) ?? throw test.Wrong("expect", VerdictWords.Choice), null, null, null, null, null);
        }

        JsonFields fields = Fields(expect, test.Position.Member("expect").Path!, ExpectFields, "expect");
        VerdictKind verdict = VerdictWords.Parse(fields.RequiredText("verdict")) ?? throw fields.Wrong("verdict", VerdictWords.Choice);
        string? rule = Text(fields, "rule");
        string? reason = Text(fields, "reason");
        if (rule is not null && _rules?.Contains(rule) == false)
        {
            throw fields.Wrong("rule", "a rule of the bundle as POLICY/RULE");
        }

        if (verdict == VerdictKind.Admit && (rule ?? reason) is not null)
        {
            throw new InputException(fields.Position, "expected no rule and no reason with admit: nothing objects");
        }

        return new Expectation(
            verdict,
            rule,
            reason,
            Only(fields, "wait_ticks", verdict == VerdictKind.Shape, () => Tick(fields, "wait_ticks")),
            Only(fields, "until_tick", verdict == VerdictKind.Defer, () => Tick(fields, "until_tick")),
            Only(fields, "switch_to", verdict == VerdictKind.Switch, () => Text(fields, "switch_to")));
    }

    private static string? Text(JsonFields fields, string name) => fields.Find(name) is null ? null : fields.RequiredText(name);

    private static T? Only<T>(JsonFields fields, string name, bool belongs, Func<T?> read) =>
        belongs || fields.Find(name) is null ? read() : throw fields.Wrong(name, "nothing with this verdict");

    private static ulong? Tick(JsonFields fields, string name = "tick")
    {
        if (fields.Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong tick)
            ? tick
            : throw fields.Wrong(name, $"an integer from 0 to {ulong.MaxValue}");
    }

    private JsonFields Fields(JsonElement element, string path, string[] known, string what)
    {
        JsonFields fields = JsonFields.Of(element, At(path));
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new InputException(
                    fields.Position.Member(member.Name), $"expected a field of {what} ({string.Join(", ", known)}), got the unknown field \"{JsonText.Shown(member.Name)}\"");
            }

            // What was left empty would expect nothing unseen.
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                throw new InputException(fields.Position.Member(member.Name), "expected a value, got null");
            }
        }

        return fields;
    }

    private SourcePosition At(string path) => new(_file, 0, path);

    private void Guard(Action read)
    {
        if (_problems.Count >= BundleLimits.MaxErrors)
        {
            return;
        }

        try
        {
            read();
        }
        catch (InputException problem)
        {
            _problems.Add(Place(problem));
        }
    }

    // What the file states for all intents is read as part of each test's own.
    private PolicyDiagnostic Place(InputException problem)
    {
        string path = problem.Position.Path ?? "$";
        int own = path.IndexOf("].intent.", StringComparison.Ordinal);
        string shared = own < 0 ? path : string.Concat("$.intent.", path.AsSpan(own + "].intent.".Length));
        Policy.SourcePosition at = _yaml.PlaceOf(!_yaml.Has(path) && _yaml.Has(shared) ? shared : path);
        string where = path == "$" ? "" : path[2..] + ": ";
        return new PolicyDiagnostic(at.File, at.Line, at.Column, DiagnosticSeverity.Error, where + problem.Problem);
    }
}
