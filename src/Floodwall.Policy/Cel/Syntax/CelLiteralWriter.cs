using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Writes literals in one canonical form each.</summary>
internal static class CelLiteralWriter
{
    public static void Write(Literal literal, StringBuilder into)
    {
        switch (literal.Kind)
        {
            case LiteralKind.Null:
                into.Append("null");
                break;
            case LiteralKind.Bool:
                into.Append(literal.AsBool ? "true" : "false");
                break;
            case LiteralKind.Int:
                into.Append(CultureInfo.InvariantCulture, $"{literal.AsInt}");
                break;
            case LiteralKind.Uint:
                into.Append(CultureInfo.InvariantCulture, $"{literal.AsUint}u");
                break;
            case LiteralKind.Double:
                into.Append(Double(literal.AsDouble));
                break;
            case LiteralKind.String:
                String(literal.AsString, into);
                break;
            default:
                Bytes(literal.AsBytes.Span, into);
                break;
        }
    }

    /// <summary>The shortest digits that give the value back, told from an int by a point or an exponent.</summary>
    private static string Double(double value)
    {
        if (!double.IsFinite(value))
        {
            // No literal has these values; the conversion has.
            return double.IsNaN(value) ? "double(\"NaN\")" : value > 0 ? "double(\"Infinity\")" : "double(\"-Infinity\")";
        }

        string digits = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return digits.AsSpan().ContainsAny('.', 'e') ? digits : digits + ".0";
    }

    private static void String(string value, StringBuilder into)
    {
        into.Append('"');
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (Short(rune.Value) is char escape)
            {
                into.Append('\\').Append(escape);
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned))
            {
                into.Append(rune.ToString());
            }
            else if (rune.IsBmp)
            {
                into.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                into.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            }
        }

        into.Append('"');
    }

    private static void Bytes(ReadOnlySpan<byte> value, StringBuilder into)
    {
        into.Append("b\"");
        foreach (byte octet in value)
        {
            if (Short(octet) is char escape)
            {
                into.Append('\\').Append(escape);
            }
            else if (octet is >= 0x20 and < 0x7F)
            {
                into.Append((char)octet);
            }
            else
            {
                into.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
            }
        }

        into.Append('"');
    }

    /// <summary>The letter of a two-character escape, where there is one.</summary>
    private static char? Short(int code) => code switch
    {
        '\a' => 'a',
        '\b' => 'b',
        '\f' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\v' => 'v',
        '"' => '"',
        '\\' => '\\',
        _ => null,
    };
}
