using System.Reflection;
using System.Text.Json;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Derivation;

/// <summary>Reads derivation tables from JSON.</summary>
internal static class DerivationFile
{
    /// <summary>The largest table, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const string DefaultName = "default-derivation.json";

    /// <summary>Reads the table that stands in the program.</summary>
    public static DerivationTable LoadDefault()
    {
        Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(DefaultName)
            ?? throw new InvalidOperationException($"the resource {DefaultName} is missing from the program");
        return Load(stream, DefaultName);
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="InputException">It is malformed.</exception>
    public static DerivationTable Load(Stream stream, string file)
    {
        using var input = new InputBuffer(stream);
        WholeDocument text = WholeDocument.Load(input, file, MaxBytes);
        using JsonDocument document = JsonText.Parse(text.Bytes, new SourcePosition(file, 1));

        // Values are named by their path; their lines are not known once parsed.
        JsonFields root = JsonFields.Of(document.RootElement, new SourcePosition(file, 0, "$"));
        OnlyKnown(root, "version", "about", "fallback", "rules");
        if (root.Find("version") is not { ValueKind: JsonValueKind.Number } version || !version.TryGetInt32(out int number) || number != 1)
        {
            throw root.Wrong("version", "1");
        }

        bool replaces = root.Text("fallback") switch
        {
            null or "default" => false,
            "none" => true,
            _ => throw root.Wrong("fallback", "\"default\" or \"none\""),
        };
        if (root.Find("rules") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw root.Wrong("rules", "an array of rules");
        }

        var rules = new List<DerivationRule>();
        foreach (JsonElement element in list.EnumerateArray())
        {
            rules.Add(Rule(JsonFields.Of(element, new SourcePosition(file, 0, $"$.rules[{rules.Count}]"))));
        }

        return new DerivationTable(replaces ? rules : rules.Concat(DerivationTable.Default.Rules));
    }

    private static DerivationRule Rule(JsonFields rule)
    {
        OnlyKnown(rule, "about", "match", "set");
        JsonFields set = rule.RequiredObject("set");
        OnlyKnown(set, "blast_radius", "priority", "topic", "environment");
        var parsed = new DerivationRule
        {
            Conditions = rule.Object("match") is JsonFields match ? Conditions(match) : [],
            BlastRadius = Word(set, "blast_radius", IntentWords.BlastRadii, IntentWords.Blast),
            Priority = Word(set, "priority", IntentWords.Priorities, IntentWords.Priority),
            Topic = Template(set, "topic"),
            Environment = Template(set, "environment"),
        };
        if (parsed is { BlastRadius: null, Priority: null, Topic: null, Environment: null })
        {
            throw new InputException(set.Position, "expected blast_radius, priority, topic or environment, got none of them");
        }

        bool circular = parsed.Conditions.Any(condition => condition.Fact == "environment") || parsed.Environment?.Uses("environment") == true;
        return parsed.Environment is not null && circular
            ? throw new InputException(set.Position.Member("environment"), "expected a rule that sets the environment not to depend on it")
            : parsed;
    }

    private static List<(string Fact, Glob[] Patterns)> Conditions(JsonFields match)
    {
        OnlyKnown(match, [.. ChangeFacts.Names]);
        var conditions = new List<(string, Glob[])>();
        foreach (JsonProperty member in match.Element.EnumerateObject())
        {
            Glob[] patterns = member.Value.ValueKind switch
            {
                JsonValueKind.String => [Pattern(match, member.Name, member.Value)],
                JsonValueKind.Array => [.. member.Value.EnumerateArray().Select(value => Pattern(match, member.Name, value))],
                _ => throw match.Wrong(member.Name, "a pattern or an array of patterns"),
            };
            conditions.Add((member.Name, patterns));
        }

        return conditions;
    }

    private static Glob Pattern(JsonFields match, string fact, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw match.Wrong(fact, "a pattern or an array of patterns");
        }

        string pattern = value.GetString()!;
        IReadOnlyList<string>? words = fact switch
        {
            "action" => IntentWords.Actions,
            "format" => [.. InputFormatNames.All.Skip(1)],
            _ => null,
        };

        // A misspelt word would never match and the rule would be silently dead.
        return words is null || words.Any(new Glob(pattern).Matches)
            ? new Glob(pattern)
            : throw new InputException(
                match.Position.Member(fact), $"expected {IntentWords.Choice(words)}, got \"{JsonText.Shown(pattern)}\"");
    }

    private static T? Word<T>(JsonFields set, string name, IReadOnlyList<string> words, Func<string, T?> parse)
        where T : struct
    {
        if (!set.Element.TryGetProperty(name, out _))
        {
            return null;
        }

        string word = set.RequiredText(name);
        return parse(word) ?? throw set.Wrong(name, IntentWords.Choice(words));
    }

    private static Template? Template(JsonFields set, string name)
    {
        if (!set.Element.TryGetProperty(name, out _))
        {
            return null;
        }

        return Derivation.Template.Parse(set.RequiredText(name), out string? problem)
            ?? throw new InputException(set.Position.Member(name), problem!);
    }

    private static void OnlyKnown(JsonFields value, params string[] known)
    {
        foreach (JsonProperty member in value.Element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new InputException(
                    value.Position.Member(JsonText.Shown(member.Name)), $"expected one of {string.Join(", ", known)}, got an unknown property");
            }
        }
    }
}
