using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Tests.Bundles;

/// <summary>Judges bundles by docs/schemas/policy-bundle.schema.json. Knows the keywords that the schema uses and refuses any other.</summary>
internal sealed class BundleSchema
{
    private BundleSchema(JsonElement root) => Root = root;

    public JsonElement Root { get; }

    public static string Repository { get; } = FindRepository();

    public static BundleSchema Load() => new(
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository, "docs", "schemas", "policy-bundle.schema.json"))).RootElement);

    public bool Accepts(string yaml)
    {
        var diagnostics = new DiagnosticBag();
        YamlNode? root = YamlGate.Read("f", yaml, diagnostics);
        Assert.NotNull(root);
        using JsonDocument document = JsonDocument.Parse(Json(root)?.ToJsonString() ?? "null");
        return Valid(Root, document.RootElement);
    }

    public IEnumerable<string> Fields(string definition) => Names(definition == "" ? Root : Definition(definition));

    public IEnumerable<string> Words(string definition) => Definition(definition).GetProperty("enum").EnumerateArray().Select(word => word.ToString());

    public JsonElement Definition(string name) => Root.GetProperty("$defs").GetProperty(name);

    public static IEnumerable<string> Names(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(member => member.Name);

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Floodwall.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }

    private static JsonNode? Json(YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                return new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Json(entry.Value))));
            case YamlSequence sequence:
                return new JsonArray([.. sequence.Items.Select(Json)]);
            default:
                var scalar = (YamlScalar)node;
                return scalar.Kind switch
                {
                    ScalarKind.Null => null,
                    ScalarKind.Bool => JsonValue.Create(scalar.Text == "true"),
                    ScalarKind.Int => JsonValue.Create(CoreSchema.Integer(scalar.Text) is { } value ? (decimal)value : decimal.MaxValue),
                    ScalarKind.Double => JsonValue.Create(decimal.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture)),
                    _ => JsonValue.Create(scalar.Text),
                };
        }
    }

    private bool Valid(JsonElement schema, JsonElement value) =>
        schema.EnumerateObject().All(keyword => Keyword(schema, keyword.Name, keyword.Value, value));

    private bool Keyword(JsonElement schema, string name, JsonElement rule, JsonElement value)
    {
        bool isObject = value.ValueKind == JsonValueKind.Object;
        bool isArray = value.ValueKind == JsonValueKind.Array;
        bool isText = value.ValueKind == JsonValueKind.String;
        bool isNumber = value.ValueKind == JsonValueKind.Number;
        return name switch
        {
            "$schema" or "$id" or "title" or "description" or "$defs" or "then" => true,
            "$ref" => Valid(Definition(rule.GetString()!.Split('/')[^1]), value),
            "type" => Type(rule.GetString()!, value),
            "enum" => rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
            "const" => JsonElement.DeepEquals(rule, value),
            "minimum" => !isNumber || value.GetDecimal() >= rule.GetDecimal(),
            "maximum" => !isNumber || value.GetDecimal() <= rule.GetDecimal(),
            "minLength" => !isText || value.GetString()!.EnumerateRunes().Count() >= rule.GetInt32(),
            "maxLength" => !isText || value.GetString()!.EnumerateRunes().Count() <= rule.GetInt32(),
            "pattern" => !isText || Regex.IsMatch(value.GetString()!, rule.GetString()!.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.ECMAScript),
            "minItems" => !isArray || value.GetArrayLength() >= rule.GetInt32(),
            "maxItems" => !isArray || value.GetArrayLength() <= rule.GetInt32(),
            "uniqueItems" => !isArray || value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
            "items" => !isArray || value.EnumerateArray().All(item => Valid(rule, item)),
            "minProperties" => !isObject || value.EnumerateObject().Count() >= rule.GetInt32(),
            "required" => !isObject || rule.EnumerateArray().All(member => value.TryGetProperty(member.GetString()!, out _)),
            "propertyNames" => !isObject || value.EnumerateObject().All(member => Valid(rule, JsonSerializer.SerializeToElement(member.Name))),
            "properties" => !isObject || rule.EnumerateObject().All(p => !value.TryGetProperty(p.Name, out JsonElement member) || Valid(p.Value, member)),
            "additionalProperties" => !isObject || value.EnumerateObject().All(member =>
                (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out _))
                || (rule.ValueKind != JsonValueKind.False && Valid(rule, member.Value))),
            "allOf" => rule.EnumerateArray().All(part => Valid(part, value)),
            "anyOf" => rule.EnumerateArray().Any(part => Valid(part, value)),
            "oneOf" => rule.EnumerateArray().Count(part => Valid(part, value)) == 1,
            "not" => !Valid(rule, value),
            "if" => !Valid(rule, value) || Valid(schema.GetProperty("then"), value),
            _ => throw new NotSupportedException("keyword " + name),
        };
    }

    private static bool Type(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        _ => throw new NotSupportedException("type " + type),
    };
}
