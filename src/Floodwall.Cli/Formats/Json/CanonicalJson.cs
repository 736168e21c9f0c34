using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Floodwall.Cli.Formats.Json;

/// <summary>The canonical form of a JSON value and its digest: the JSON Canonicalization Scheme, RFC 8785.</summary>
/// <remarks>
/// RFC 8785 leaves out numbers that a double cannot hold. Integers beyond ±(2^53 − 1) and numbers beyond the range of a double
/// keep the digits they were written with, so that two manifests which differ only there have different digests.
/// </remarks>
internal static class CanonicalJson
{
    private static readonly BigInteger LargestExact = (BigInteger.One << 53) - 1;

    /// <summary>SHA-256 of the canonical form.</summary>
    /// <param name="value">A value of a document that allows no duplicate properties.</param>
    public static byte[] Digest(JsonElement value) => SHA256.HashData(Bytes(value));

    /// <summary>The canonical form in UTF-8.</summary>
    public static ReadOnlySpan<byte> Bytes(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(value, output);
        return output.WrittenSpan;
    }

    private static void Write(JsonElement value, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, output);
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(Number(value.GetRawText())));
                break;
            default:
                output.Write(Encoding.ASCII.GetBytes(value.GetRawText()));
                break;
        }
    }

    private static void WriteObject(JsonElement value, ArrayBufferWriter<byte> output)
    {
        // RFC 8785 §3.2.3: members sorted by the UTF-16 code units of their names.
        JsonProperty[] members = [.. value.EnumerateObject()];
        string[] names = Array.ConvertAll(members, member => member.Name);
        Array.Sort(names, members, StringComparer.Ordinal);
        output.Write("{"u8);
        for (int i = 0; i < members.Length; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            WriteString(names[i], output);
            output.Write(":"u8);
            Write(members[i].Value, output);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, ArrayBufferWriter<byte> output)
    {
        output.Write("["u8);
        bool first = true;
        foreach (JsonElement element in value.EnumerateArray())
        {
            output.Write(first ? ""u8 : ","u8);
            Write(element, output);
            first = false;
        }

        output.Write("]"u8);
    }

    private static void WriteString(string text, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        int plain = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string? escape = text[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}"),
                _ => null,
            };
            if (escape is not null)
            {
                Encoding.UTF8.GetBytes(text.AsSpan(plain, i - plain), output);
                Encoding.UTF8.GetBytes(escape, output);
                plain = i + 1;
            }
        }

        Encoding.UTF8.GetBytes(text.AsSpan(plain), output);
        output.Write("\""u8);
    }

    /// <summary>A number in the form that ECMAScript gives it (ECMA-262, Number::toString), as RFC 8785 §3.2.2.3 asks.</summary>
    internal static string Number(string literal)
    {
        bool integer = literal.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
        // A literal of 15 digits is below 2^53; BigInteger.Parse of a literal of millions of digits would take quadratic time.
        if (integer && literal.Length > 15
            && (literal.Length > 20 || BigInteger.Abs(BigInteger.Parse(literal, CultureInfo.InvariantCulture)) > LargestExact))
        {
            return literal;
        }

        double value = double.Parse(literal, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? Ecma(value) : literal;
    }

    private static string Ecma(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        // "R" gives the shortest digits that read back as the same double, with or without an exponent.
        string[] shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        string mantissa = shortest[0];
        int exponent = shortest.Length > 1 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : 0;
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string significant = all.TrimStart('0');
        // The value is 0.digits × 10^point.
        int point = (dot < 0 ? all.Length : dot) - (all.Length - significant.Length) + exponent;
        string digits = significant.TrimEnd('0');
        string text;
        if (point is > 0 and <= 21)
        {
            text = digits.Length <= point ? digits.PadRight(point, '0') : digits[..point] + "." + digits[point..];
        }
        else if (point is > -6 and <= 0)
        {
            text = "0." + new string('0', -point) + digits;
        }
        else
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            text = string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(point - 1 < 0 ? "-" : "+")}{Math.Abs(point - 1)}");
        }

        return value < 0 ? "-" + text : text;
    }
}
