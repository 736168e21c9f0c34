using System.Text.Json;
using System.Text.RegularExpressions;

namespace Floodwall.Cli.Tests.Formats.Intents;

/// <summary>Judges lines by docs/schemas/intent.schema.json, or by another schema there. Knows the keywords that the schema uses and refuses any other.</summary>
internal sealed class IntentSchema
{
    private readonly JsonElement _root;

    private IntentSchema(JsonElement root) => _root = root;

    public IEnumerable<string> Properties => _root.GetProperty("properties").EnumerateObject().Select(p => p.Name);

    public static IntentSchema Load(string name = "intent") => new(
        JsonDocument.Parse(File.ReadAllText(Path.Combine(TestData.Repository, "docs", "schemas", name + ".schema.json"))).RootElement);

    /// <summary>A definition's properties as they stand; the schema's own where no definition is named.</summary>
    public JsonElement PropertiesOf(string? definition = null) =>
        (definition is null ? _root : _root.GetProperty("$defs").GetProperty(definition)).GetProperty("properties");

    public bool Accepts(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return Valid(_root, document.RootElement);
    }

    private bool Valid(JsonElement schema, JsonElement value) =>
        schema.EnumerateObject().All(keyword => Keyword(schema, keyword.Name, keyword.Value, value));

    private bool Keyword(JsonElement schema, string name, JsonElement rule, JsonElement value) => name switch
    {
        "$schema" or "$id" or "title" or "description" or "$defs" or "then" or "else" => true,
        "$ref" => Valid(_root.GetProperty("$defs").GetProperty(rule.GetString()!.Split('/')[^1]), value),
        "type" => Type(rule.GetString()!, value),
        "enum" => rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
        "const" => JsonElement.DeepEquals(rule, value),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= rule.GetDecimal(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= rule.GetDecimal(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() >= rule.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() <= rule.GetInt32(),
        "pattern" => value.ValueKind != JsonValueKind.String
            || Regex.IsMatch(value.GetString()!, rule.GetString()!.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.ECMAScript),
        "required" => rule.EnumerateArray().All(member => value.TryGetProperty(member.GetString()!, out _)),
        "properties" => rule.EnumerateObject().All(p => !value.TryGetProperty(p.Name, out JsonElement member) || Valid(p.Value, member)),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().All(p => Declares(schema, p.Name) || (rule.ValueKind == JsonValueKind.Object && Valid(rule, p.Value))),
        "propertyNames" => value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().All(p => Valid(rule, JsonSerializer.SerializeToElement(p.Name))),
        "maxProperties" => value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() <= rule.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => Valid(rule, item)),
        "allOf" => rule.EnumerateArray().All(part => Valid(part, value)),
        "anyOf" => rule.EnumerateArray().Any(part => Valid(part, value)),
        "oneOf" => rule.EnumerateArray().Count(part => Valid(part, value)) == 1,
        "not" => !Valid(rule, value),
        "if" => !schema.TryGetProperty(Valid(rule, value) ? "then" : "else", out JsonElement branch) || Valid(branch, value),
        _ => throw new NotSupportedException("keyword " + name),
    };

    private static bool Declares(JsonElement schema, string member) =>
        schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(member, out _);

    private static bool Type(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        _ => throw new NotSupportedException("type " + type),
    };
}
