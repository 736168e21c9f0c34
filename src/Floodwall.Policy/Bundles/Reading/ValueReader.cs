using System.Globalization;
using System.Numerics;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Takes typed values from nodes. Each method complains about what does not fit and then answers null.</summary>
internal sealed class ValueReader(DiagnosticBag diagnostics)
{
    public DiagnosticBag Diagnostics { get; } = diagnostics;

    public YamlMapping? Mapping(YamlNode node, string expected = "a mapping") =>
        node as YamlMapping ?? Wrong<YamlMapping>(node, expected);

    public YamlSequence? Sequence(YamlNode node, string expected = "a list") =>
        node as YamlSequence ?? Wrong<YamlSequence>(node, expected);

    /// <summary>Text. A plain number, true or null is not text: quotes say that it is.</summary>
    public string? Text(YamlNode node, int maxBytes, string expected = "text")
    {
        if (node is not YamlScalar scalar || scalar.Kind != ScalarKind.String)
        {
            return node is YamlScalar { Kind: ScalarKind.Bool or ScalarKind.Int or ScalarKind.Double } other
                ? Wrong<string>(node, expected, $"\"{other.Text}\"")
                : Wrong<string>(node, expected);
        }

        return scalar.Text.Length <= maxBytes && System.Text.Encoding.UTF8.GetByteCount(scalar.Text) <= maxBytes
            ? scalar.Text
            : Fail<string>(
                node.Position, $"expected at most {maxBytes} bytes of UTF-8, got {System.Text.Encoding.UTF8.GetByteCount(scalar.Text)}");
    }

    /// <summary>A name: text, not empty, without control characters.</summary>
    public string? Name(YamlNode node, int maxBytes, string expected = "a name")
    {
        string? text = Text(node, maxBytes, expected);
        return text is null || BundleText.NameProblem(text, maxBytes) is not string problem ? text : Fail<string>(node.Position, problem);
    }

    /// <summary>An id: a name without a slash, which separates policy and rule, and without white space at its ends.</summary>
    public string? Id(YamlNode node)
    {
        string? name = Name(node, BundleLimits.MaxIdBytes, "an id");
        if (name is null)
        {
            return null;
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            return Fail<string>(node.Position, "expected no slash in an id", $"'{name.Replace('/', '-')}'");
        }

        if (name.AsSpan().Trim().Length != name.Length)
        {
            return Fail<string>(node.Position, "expected no white space at the ends of an id", $"'{name.Trim()}'");
        }

        return name == "*" ? Fail<string>(node.Position, "expected an id, got the pattern *") : name;
    }

    public bool? Bool(YamlNode node)
    {
        if (node is YamlScalar { Kind: ScalarKind.Bool } scalar)
        {
            return scalar.Text[0] is 't' or 'T';
        }

        string? meant = (node as YamlScalar)?.Text.ToUpperInvariant() switch
        {
            "YES" or "ON" or "Y" => "true",
            "NO" or "OFF" or "N" => "false",
            _ => null,
        };
        Wrong<YamlNode>(node, "true or false", meant);
        return null;
    }

    /// <summary>An integer between two bounds, both allowed.</summary>
    public BigInteger? Integer(YamlNode node, BigInteger min, BigInteger max)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}");
        if (node is YamlScalar { Kind: ScalarKind.Int } scalar
            && CoreSchema.Integer(scalar.Text) is BigInteger value && value >= min && value <= max)
        {
            return value;
        }

        Wrong<YamlNode>(node, expected);
        return null;
    }

    /// <summary>An unsigned 64-bit integer of at least <paramref name="min"/>.</summary>
    public ulong? UInt64(YamlNode node, ulong min = 0) => (ulong?)Integer(node, min, ulong.MaxValue);

    /// <summary>A decimal with at most six decimals, in millionths.</summary>
    public long? Micros(YamlNode node, long min, long max)
    {
        if (node is YamlScalar { Kind: ScalarKind.Int or ScalarKind.Double } scalar
            && scalar.Text.Length <= 28
            && decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            && value >= min / 1e6m && value <= max / 1e6m && decimal.IsInteger(value * 1_000_000m))
        {
            return (long)(value * 1_000_000m);
        }

        string expected = string.Create(
            CultureInfo.InvariantCulture, $"a number from {min / 1e6m:0.######} to {max / 1e6m:0.######} with at most 6 decimals");
        Wrong<YamlNode>(node, expected);
        return null;
    }

    /// <summary>One of some words.</summary>
    public bool Word<T>(YamlNode node, Word<T>[] words, out T value)
    {
        value = words[0].Value;
        if (node is not YamlScalar scalar || scalar.IsFault)
        {
            Wrong<YamlNode>(node, Choice(words.Select(word => word.Text)));
            return false;
        }

        foreach (Word<T> word in words)
        {
            if (word.Text == scalar.Text)
            {
                value = word.Value;
                return true;
            }
        }

        string[] texts = Array.ConvertAll(words, word => word.Text);
        Wrong<YamlNode>(node, Choice(texts), Spelling.Closest(scalar.Text, texts));
        return false;
    }

    /// <summary>"expected X, got Y"; nothing where the node was complained about before.</summary>
    public T? Wrong<T>(YamlNode node, string expected, string? suggestion = null)
        where T : class
    {
        if (!node.IsFault)
        {
            Diagnostics.Error(node.Position, $"expected {expected}, got {node.Described}", suggestion);
        }

        return null;
    }

    public T? Fail<T>(SourcePosition at, string message, string? suggestion = null)
        where T : class
    {
        Diagnostics.Error(at, message, suggestion);
        return null;
    }

    /// <summary>"a, b or c".</summary>
    public static string Choice(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length == 1 ? all[0] : string.Join(", ", all[..^1]) + " or " + all[^1];
    }
}
