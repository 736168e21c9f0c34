using System.Text.Json;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Intents;

/// <summary>Reads the <c>attributes</c> of a native intent, and the values that facts have in common with them.</summary>
internal static class AttributeFields
{
    private const string Expected = "a string, an integer of 64 bits, a finite number, true or false, or a list of strings";

    /// <summary>Reads the member; empty where it is absent.</summary>
    /// <exception cref="InputException">It is not an object of attributes, or larger than a set may be.</exception>
    public static IReadOnlyList<ChangeAttribute> Read(JsonFields intent)
    {
        if (!intent.Element.TryGetProperty("attributes", out JsonElement element))
        {
            return [];
        }

        JsonFields fields = JsonFields.Of(element, intent.Position.Member("attributes"));
        List<ChangeAttribute> attributes = [];
        int bytes = AttributeSetEntry.HeadLength;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            SourcePosition position = fields.Position.Member(JsonText.Shown(member.Name));
            Names.Check(member.Name, position);
            ChangeAttribute attribute = new(member.Name, Value(member.Value, position));
            attributes.Add(attribute);
            bytes += attribute.Value is string[] list
                ? AttributeSetEntry.LengthOf(AttributeKind.List, list.Length)
                : AttributeSetEntry.LengthOf(KindOf(attribute.Value));
        }

        if (attributes.Count > AttributeSet.MaxPairs)
        {
            throw new InputException(fields.Position, $"expected at most {AttributeSet.MaxPairs} attributes, got {attributes.Count}");
        }

        return bytes <= AttributeSet.MaxBytes
            ? attributes
            : throw new InputException(fields.Position, $"expected attributes that take at most {AttributeSet.MaxBytes} bytes in the ledger, got {bytes}");
    }

    /// <summary>A value that is no list, as an attribute has it and a fact; null where it is none.</summary>
    /// <exception cref="InputException">It is a string that cannot be interned.</exception>
    public static object? Scalar(JsonElement value, SourcePosition position) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value.GetString()!, position),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(value),
        _ => null,
    };

    private static AttributeKind KindOf(object value) => value switch
    {
        string => AttributeKind.String,
        bool => AttributeKind.Bool,
        long => AttributeKind.Int64,
        _ => AttributeKind.Double,
    };

    private static object Value(JsonElement value, SourcePosition position) =>
        (value.ValueKind == JsonValueKind.Array ? List(value, position) : Scalar(value, position))
        ?? throw new InputException(position, $"expected {Expected}, got {JsonFields.Describe(value)}");

    private static string[] List(JsonElement value, SourcePosition position)
    {
        if (value.GetArrayLength() > AttributeSet.MaxListLength)
        {
            throw new InputException(position, $"expected at most {AttributeSet.MaxListLength} strings, got {JsonFields.Describe(value)}");
        }

        return
        [
            .. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? Text(item.GetString()!, position)
                : throw new InputException(position, $"expected strings alone in a list, got {JsonFields.Describe(item)}")),
        ];
    }

    private static string Text(string text, SourcePosition position) => text.Length == 0 ? text : Names.Check(text, position);

    // What is written as an integer is one, or an error: as a double it could be another number.
    private static object? Number(JsonElement value)
    {
        if (value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return value.TryGetInt64(out long integer) ? integer : null;
        }

        return value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;
    }
}
