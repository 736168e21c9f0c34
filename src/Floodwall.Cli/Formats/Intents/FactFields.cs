using System.Text.Json;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Intents;

/// <summary>Reads fact lines, which may stand between native intents (docs/intents.md, docs/schemas/fact.schema.json).</summary>
internal static class FactFields
{
    private static readonly string[] Known = ["fact", "subject", "name", "value", "tick"];

    /// <summary>The fields that a line may have.</summary>
    public static IReadOnlyList<string> Fields => Known;

    /// <summary>Whether a line is a fact rather than an intent.</summary>
    public static bool IsFact(JsonFields line) => line.Element.TryGetProperty("fact", out _);

    /// <summary>Reads a line.</summary>
    /// <exception cref="InputException">It is no fact; the message names the field.</exception>
    public static FactRecord Read(JsonFields line)
    {
        foreach (JsonProperty member in line.Element.EnumerateObject())
        {
            if (!Known.Contains(member.Name))
            {
                throw new InputException(
                    line.Position.Member(JsonText.Shown(member.Name)), $"expected a field of a fact ({string.Join(", ", Known)}), got an unknown one");
            }
        }

        return new FactRecord
        {
            Kind = Kind(line),
            Subject = Name(line, "subject"),
            Name = Name(line, "name") ?? throw line.Wrong("name", "a string"),
            Value = Value(line),
            Tick = Tick(line),
        };
    }

    private static FactKind Kind(JsonFields line)
    {
        JsonElement word = line.Element.GetProperty("fact");
        FactKind? kind = word.ValueKind == JsonValueKind.String ? FactWords.Parse(word.GetString()!) : null;
        return kind ?? throw line.Wrong("fact", IntentWords.Choice(FactWords.All));
    }

    private static string? Name(JsonFields line, string field)
    {
        if (!line.Element.TryGetProperty(field, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            ? Names.Check(value.GetString()!, line.Position.Member(field))
            : throw line.Wrong(field, "a string");
    }

    private static object Value(JsonFields line)
    {
        object? value = line.Element.TryGetProperty("value", out JsonElement element)
            ? AttributeFields.Scalar(element, line.Position.Member("value"))
            : null;
        return value ?? throw line.Wrong("value", "a string, an integer of 64 bits, a finite number, true or false");
    }

    private static ulong? Tick(JsonFields line)
    {
        if (!line.Element.TryGetProperty("tick", out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong tick)
            ? tick
            : throw line.Wrong("tick", $"an integer from 0 to {ulong.MaxValue}");
    }
}
