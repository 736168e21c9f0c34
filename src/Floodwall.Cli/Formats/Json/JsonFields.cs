using System.Text.Json;

namespace Floodwall.Cli.Formats.Json;

/// <summary>A JSON object whose members are asked for by name and kind; what does not fit is an <see cref="InputException"/> naming the member.</summary>
internal readonly struct JsonFields
{
    private JsonFields(JsonElement element, SourcePosition position)
    {
        Element = element;
        Position = position;
    }

    /// <summary>The object.</summary>
    public JsonElement Element { get; }

    /// <summary>Where it stands.</summary>
    public SourcePosition Position { get; }

    /// <summary>Wraps an object.</summary>
    /// <exception cref="InputException">It is not an object.</exception>
    public static JsonFields Of(JsonElement element, SourcePosition position) =>
        element.ValueKind == JsonValueKind.Object
            ? new JsonFields(element, position)
            : throw new InputException(position, $"expected an object, got {Describe(element)}");

    /// <summary>A member; null where it is absent or JSON null.</summary>
    public JsonElement? Find(string name) =>
        Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>An object member; null where absent.</summary>
    public JsonFields? Object(string name) => Find(name) is JsonElement value ? Of(value, Position.Member(name)) : null;

    /// <summary>A member that is an object; null where it is absent or of another kind.</summary>
    public JsonFields? ObjectOrNothing(string name) =>
        Find(name) is JsonElement { ValueKind: JsonValueKind.Object } value ? new JsonFields(value, Position.Member(name)) : null;

    /// <summary>A member that must be an object.</summary>
    public JsonFields RequiredObject(string name) => Object(name) ?? throw Missing(name, "an object");

    /// <summary>A string member; null where absent or empty.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not JsonElement value)
        {
            return null;
        }

        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a string");
        return text.Length == 0 ? null : text;
    }

    /// <summary>A member that must be a string and not empty.</summary>
    public string RequiredText(string name) => Text(name) ?? throw Missing(name, "a string");

    /// <summary>A boolean member; false where absent.</summary>
    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Wrong(name, "true or false"),
    };

    /// <summary>An error for a member that is not what it should be.</summary>
    public InputException Wrong(string name, string expected) =>
        Find(name) is JsonElement value
            ? new InputException(Position.Member(name), $"expected {expected}, got {Describe(value)}")
            : Missing(name, expected);

    /// <summary>A value as it may stand in a message.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? $"\"{JsonText.Shown(text)}\"" : "an empty string",
        _ => JsonText.Shown(value.GetRawText()),
    };

    private InputException Missing(string name, string expected)
    {
        string found = Element.TryGetProperty(name, out JsonElement value) ? Describe(value) : "nothing";
        return new InputException(Position.Member(name), $"expected {expected}, got {found}");
    }
}
