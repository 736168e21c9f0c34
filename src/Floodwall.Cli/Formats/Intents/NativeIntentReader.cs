using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Intents;

/// <summary>
/// Reads native intents, one JSON object a line (docs/intents.md, docs/schemas/intent.schema.json), and hands on the facts between them.
/// </summary>
internal sealed class NativeIntentReader(ReadContext context)
{
    private static readonly string[] Known =
    [
        "id", "agent", "resource", "action", "manifest_digest", "replicas", "priority", "blast_radius", "topic", "environment", "scope",
        "pool", "identity", "role", "cost", "submitted_tick", "deadline_tick", "idempotency_key", "follows_back",
        "attributes",
    ];

    /// <summary>The fields that a line may have.</summary>
    public static IReadOnlyList<string> Fields => Known;

    /// <summary>Reads the intents.</summary>
    public IEnumerable<ChangeRecord> Read()
    {
        var lines = new LineReader(context.Input, context.Limits.LineBytes);
        bool linkable = false;
        while (lines.Read())
        {
            ChangeRecord? record = null;
            try
            {
                record = Line(lines, linkable);
            }
            catch (InputException e)
            {
                linkable = false;
                context.Fail(e);
            }

            if (record is not null)
            {
                linkable = true;
                yield return record;
            }
        }
    }

    private ChangeRecord? Line(LineReader lines, bool linkable)
    {
        var position = new SourcePosition(context.File, lines.Number);
        if (lines.TooLong)
        {
            throw new InputException(position, $"expected at most {context.Limits.LineBytes} bytes in a line, got more");
        }

        if (lines.Line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return null;
        }

        JsonText.Check(lines.Line.Span, position);
        using JsonDocument document = JsonText.Parse(lines.Line, position);
        JsonFields fields = JsonFields.Of(document.RootElement, position);
        if (FactFields.IsFact(fields))
        {
            context.Fact(FactFields.Read(fields));
            return null;
        }

        return Intent(fields, context.Options.Derivation, linkable);
    }

    /// <summary>Reads one intent.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="derivation">Fills in what it does not state.</param>
    /// <param name="linkable">Whether an intent stands just before it.</param>
    /// <exception cref="InputException">It is no intent; the message names the field.</exception>
    public static ChangeRecord Intent(JsonFields fields, DerivationTable derivation, bool linkable = false)
    {
        foreach (JsonProperty member in fields.Element.EnumerateObject())
        {
            if (!Known.Contains(member.Name))
            {
                throw new InputException(
                    fields.Position.Member(JsonText.Shown(member.Name)), $"expected a field of an intent ({string.Join(", ", Known)}), got an unknown one");
            }
        }

        string agent = Name(fields, "agent") ?? throw fields.Wrong("agent", "a string");
        string resource = Name(fields, "resource") ?? throw fields.Wrong("resource", "a string");
        IntentAction action = Word(fields, "action", IntentWords.Actions, IntentWords.Action)
            ?? throw fields.Wrong("action", IntentWords.Choice(IntentWords.Actions));
        var facts = new ChangeFacts { Format = InputFormat.Intents, Agent = agent, Resource = resource, Action = action };
        Derived derived = derivation.Derive(facts, Name(fields, "environment"));
        return new ChangeRecord
        {
            Id = Integer(fields, "id", ulong.MaxValue),
            Agent = agent,
            Resource = resource,
            Action = action,
            ManifestDigest = Digest(fields, action),
            Replicas = Replicas(fields, action),
            Priority = Word(fields, "priority", IntentWords.Priorities, IntentWords.Priority) ?? derived.Priority,
            BlastRadius = Word(fields, "blast_radius", IntentWords.BlastRadii, IntentWords.Blast) ?? derived.BlastRadius,
            Topic = Name(fields, "topic") ?? derived.Topic,
            Environment = derived.Environment,
            Scope = Name(fields, "scope"),
            Pool = Name(fields, "pool"),
            Identity = Name(fields, "identity"),
            Role = Name(fields, "role"),
            CostMicros = Cost(fields),
            SubmittedTick = Integer(fields, "submitted_tick", ulong.MaxValue),
            DeadlineTick = Integer(fields, "deadline_tick", ulong.MaxValue),
            IdempotencyKey = Key(fields),
            FollowsBack = FollowsBack(fields, linkable),
            Attributes = AttributeFields.Read(fields),
            Position = fields.Position,
        };
    }

    private static bool Given(JsonFields fields, string name, out JsonElement value) => fields.Element.TryGetProperty(name, out value);

    private static string? String(JsonFields fields, string name)
    {
        if (!Given(fields, name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw fields.Wrong(name, "a string");
    }

    private static string? Name(JsonFields fields, string name) =>
        String(fields, name) is string text ? Names.Check(text, fields.Position.Member(name)) : null;

    private static T? Word<T>(JsonFields fields, string name, IReadOnlyList<string> words, Func<string, T?> parse)
        where T : struct
    {
        if (!Given(fields, name, out JsonElement value))
        {
            return null;
        }

        T? word = value.ValueKind == JsonValueKind.String ? parse(value.GetString()!) : null;
        return word ?? throw fields.Wrong(name, IntentWords.Choice(words));
    }

    private static ulong? Integer(JsonFields fields, string name, ulong most)
    {
        if (!Given(fields, name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) && number <= most
            ? number
            : throw fields.Wrong(name, string.Create(CultureInfo.InvariantCulture, $"an integer from 0 to {most}"));
    }

    private static uint Replicas(JsonFields fields, IntentAction action)
    {
        ulong? replicas = Integer(fields, "replicas", uint.MaxValue);
        if (action == IntentAction.Scale)
        {
            return (uint)(replicas ?? throw fields.Wrong("replicas", "an integer, since the action is scale"));
        }

        return replicas is null ? 0u : throw fields.Wrong("replicas", $"nothing, since the action is {IntentWords.Of(action)}");
    }

    private static byte[]? Digest(JsonFields fields, IntentAction action)
    {
        if (!Given(fields, "manifest_digest", out JsonElement value))
        {
            return null;
        }

        if (action != IntentAction.Apply)
        {
            throw fields.Wrong("manifest_digest", $"nothing, since the action is {IntentWords.Of(action)}");
        }

        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: 64 } && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw fields.Wrong("manifest_digest", "64 hexadecimal digits (SHA-256)");
    }

    private static long Cost(JsonFields fields)
    {
        if (!Given(fields, "cost", out JsonElement value))
        {
            return 0;
        }

        string? text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };
        return text is not null && Money.TryParseMicros(text, out long micros)
            ? micros
            : throw fields.Wrong("cost", $"a decimal from 0 to {Money.Largest} with at most 6 decimals and no exponent");
    }

    private static UInt128? Key(JsonFields fields)
    {
        if (!Given(fields, "idempotency_key", out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && IdempotencyKeys.TryParse(value.GetString()!, out UInt128 key)
            ? key
            : throw fields.Wrong("idempotency_key", "32 hexadecimal digits or a UUID");
    }

    private static int FollowsBack(JsonFields fields, bool linkable)
    {
        int back = (int)(Integer(fields, "follows_back", 1) ?? 0);
        return back == 0 || linkable ? back : throw fields.Wrong("follows_back", "0, since no intent was read just before");
    }
}
