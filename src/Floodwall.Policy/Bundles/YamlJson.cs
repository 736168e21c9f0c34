using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy;

/// <summary>
/// A YAML file under the rules of policy files (docs/policies.md, "YAML"), as JSON, with the place of every value. JSON files are YAML.
/// </summary>
public sealed class YamlJson
{
    private readonly Dictionary<string, SourcePosition> _places = new(StringComparer.Ordinal);
    private readonly string _file;

    private YamlJson(string file, YamlNode root)
    {
        _file = file;
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            Write(json, root, "$");
        }

        Utf8 = buffer.WrittenMemory;
    }

    /// <summary>The JSON text.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="diagnostics">What is wrong with it.</param>
    /// <returns>Null where something is.</returns>
    public static YamlJson? TryRead(BundleSource source, out IReadOnlyList<PolicyDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(source);
        DiagnosticBag bag = new();
        YamlNode? root = null;
        if (source.Content.Length > BundleLimits.MaxBytes)
        {
            bag.Error(SourcePosition.Of(source.Name), $"expected at most {BundleLimits.MaxBytes} bytes, got {source.Content.Length}");
        }
        else if (SourceText.Decode(source, bag) is string text)
        {
            root = YamlGate.Read(source.Name, text, bag);
        }

        diagnostics = bag.ToList([source.Name]);
        return root is null || bag.HasErrors ? null : new YamlJson(source.Name, root);
    }

    /// <summary>The place of the value at a path as in <c>$.tests[2].intent.agent</c>; of the nearest value around it where there is none.</summary>
    public SourcePosition PlaceOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
        {
            if (_places.TryGetValue(at, out SourcePosition place))
            {
                return place;
            }
        }

        return SourcePosition.Of(_file);
    }

    /// <summary>Whether there is a value at a path.</summary>
    public bool Has(string path) => _places.ContainsKey(path);

    private void Write(Utf8JsonWriter json, YamlNode node, string path)
    {
        _places.TryAdd(path, node.Position);
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (YamlEntry entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key.Text);
                    Write(json, entry.Value, $"{path}.{entry.Key.Text}");
                }

                json.WriteEndObject();
                break;
            case YamlSequence sequence:
                json.WriteStartArray();
                for (int i = 0; i < sequence.Items.Count; i++)
                {
                    Write(json, sequence.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"));
                }

                json.WriteEndArray();
                break;
            default:
                Scalar(json, (YamlScalar)node);
                break;
        }
    }

    private static void Scalar(Utf8JsonWriter json, YamlScalar scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                json.WriteNullValue();
                break;
            case ScalarKind.Bool:
                json.WriteBooleanValue(scalar.Text[0] is 't' or 'T');
                break;
            case ScalarKind.Int when CoreSchema.Integer(scalar.Text) is { } integer:
                json.WriteRawValue(integer.ToString(CultureInfo.InvariantCulture));
                break;
            case ScalarKind.Double:
                json.WriteRawValue(Number(scalar.Text));
                break;
            default:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }

    // YAML writes .5, 1. and +1 too. Digits stay as they are, so that decimals lose nothing.
    private static string Number(string text)
    {
        string sign = text[0] == '-' ? "-" : "";
        string digits = text.TrimStart('+', '-');
        int exponent = digits.AsSpan().IndexOfAny('e', 'E');
        string power = exponent < 0 ? "" : digits[exponent..];
        string[] parts = (exponent < 0 ? digits : digits[..exponent]).Split('.');
        string whole = parts[0].TrimStart('0');
        string fraction = parts.Length < 2 || parts[1].Length == 0 ? "0" : parts[1];
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}.{fraction}{power}";
    }
}
