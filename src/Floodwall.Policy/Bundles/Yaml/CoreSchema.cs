using System.Globalization;
using System.Numerics;

namespace Floodwall.Policy.Yaml;

/// <summary>What a scalar is.</summary>
internal enum ScalarKind
{
    String,
    Null,
    Bool,
    Int,
    Double,

    /// <summary>Refused; already complained about.</summary>
    Fault,
}

/// <summary>The types of plain scalars, by the core schema of YAML 1.2.2 §10.3.2, without what is not finite.</summary>
internal static class CoreSchema
{
    // 2^64 has 20 digits, and no number of a policy file is meant to have more; longer ones would take quadratic time to parse.
    private const int MaxDigits = 40;

    /// <summary>The type of a plain scalar; <paramref name="problem"/> where it is a number that is not taken.</summary>
    public static ScalarKind TypeOf(string text, out string? problem)
    {
        problem = null;
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return ScalarKind.Null;
        }

        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            return ScalarKind.Bool;
        }

        if (IsNotFinite(text))
        {
            problem = $"expected a finite number, got {text}; if it is meant as text, put it in quotes";
            return ScalarKind.Fault;
        }

        if (IsInteger(text))
        {
            return ScalarKind.Int;
        }

        if (!IsFloat(text))
        {
            return ScalarKind.String;
        }

        if (text.Length > MaxDigits * 8 || !double.IsFinite(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)))
        {
            problem = $"expected a number within the range of 64 bits, got {BundleText.Quoted(text)}";
            return ScalarKind.Fault;
        }

        return ScalarKind.Double;
    }

    /// <summary>The value of an Int, or null where it has too many digits to be any number we know.</summary>
    public static BigInteger? Integer(string text)
    {
        if (text.Length > MaxDigits)
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            return text[2..].Aggregate(BigInteger.Zero, (value, digit) => (value * 8) + (digit - '0'));
        }

        return BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static bool IsNotFinite(string text)
    {
        ReadOnlySpan<char> body = text.AsSpan(text[0] is '+' or '-' ? 1 : 0).TrimStart('.');
        return body.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || body.Equals("infinity", StringComparison.OrdinalIgnoreCase)
            || body.Equals("nan", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsInteger(string text)
    {
        if (text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'o')
        {
            return text.AsSpan(2).IndexOfAnyExcept(text[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567") < 0;
        }

        ReadOnlySpan<char> digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        return !digits.IsEmpty && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?</summary>
    private static bool IsFloat(string text)
    {
        int at = text[0] is '+' or '-' ? 1 : 0;
        int whole = Digits(text, ref at);
        int fraction = 0;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = Digits(text, ref at);
        }

        if (whole + fraction == 0)
        {
            return false;
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            at += at < text.Length && text[at] is '+' or '-' ? 1 : 0;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        return at == text.Length;
    }

    private static int Digits(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - start;
    }
}
