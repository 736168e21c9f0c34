using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Matching;

/// <summary>Writes pieces of CEL (google/cel-spec, doc/langdef.md).</summary>
internal static class CelText
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace", "return", "var", "void", "while",
    };

    /// <summary>A string literal.</summary>
    public static string Quote(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A literal of type double: a decimal point or an exponent tells it from an int.</summary>
    public static string Double(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text.Replace('E', 'e');
    }

    /// <summary>Whether a text can stand as a name between dots.</summary>
    public static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !Reserved.Contains(text);

    /// <summary>The expression that reads an attribute: <c>attr.name</c>, or <c>attr["na me"]</c> where a name needs quotes.</summary>
    public static string Attribute(string name) => IsIdentifier(name) ? "attr." + name : $"attr[{Quote(name)}]";

    /// <summary>The expression that says whether an attribute is there.</summary>
    public static string HasAttribute(string name) => IsIdentifier(name) ? $"has(attr.{name})" : $"({Quote(name)} in attr)";
}
