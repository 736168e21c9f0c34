using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Doubles to text and back.</summary>
internal static class DoubleText
{
    private const int LargestPlainExponent = 21;
    private const int SmallestPlainExponent = -6;
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+-.0123456789eE");

    /// <summary>
    /// A finite number in decimal digits, or one of the names that Go's strconv.ParseFloat takes, in any case: <c>nan</c>, <c>inf</c>,
    /// <c>infinity</c>, the last two with a sign.
    /// </summary>
    public static bool TryParse(string text, out double value)
    {
        if (text.Length > 0 && text.AsSpan().IndexOfAnyExcept(NumberCharacters) < 0)
        {
            // A number too large for a double gives an infinity here; Go refuses it.
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }

        string name = text.ToLowerInvariant();
        bool negative = name.StartsWith('-');
        bool known = (negative || name.StartsWith('+') ? name[1..] : name) is "inf" or "infinity";
        value = name == "nan" ? double.NaN : negative ? double.NegativeInfinity : double.PositiveInfinity;
        return known || name == "nan";
    }

    /// <summary>The fewest digits that read back as the same number; with an exponent where it is very large or very small.</summary>
    public static string Shortest(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        (string digits, int exponent) = Digits(value);
        return exponent is >= SmallestPlainExponent and < LargestPlainExponent ? Plain(value) : Sign(value)
            + digits[0] + (digits.Length > 1 ? "." + digits[1..] : "")
            + string.Create(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>The fewest digits that read back as the same number, never with an exponent.</summary>
    public static string Plain(double value)
    {
        if (!double.IsFinite(value))
        {
            return Shortest(value);
        }

        (string digits, int exponent) = Digits(value);
        StringBuilder text = new(Sign(value));
        if (exponent < 0)
        {
            text.Append("0.").Append('0', -exponent - 1).Append(digits);
        }
        else if (digits.Length <= exponent + 1)
        {
            text.Append(digits).Append('0', exponent + 1 - digits.Length);
        }
        else
        {
            text.Append(digits.AsSpan(0, exponent + 1)).Append('.').Append(digits.AsSpan(exponent + 1));
        }

        return text.ToString();
    }

    /// <summary>
    /// With this many digits behind the point, ties to the even digit, rounded from the number's exact value.
    /// </summary>
    public static string Fixed(double value, int precision)
    {
        BigInteger scaled = Scaled(value, precision);
        string digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return Sign(value) + digits[..^precision] + (precision == 0 ? "" : "." + digits[^precision..]);
    }

    /// <summary>As one digit, this many behind the point, and an exponent of at least two digits; rounded like <see cref="Fixed"/>.</summary>
    public static string Scientific(double value, int precision)
    {
        int exponent = value == 0 ? 0 : Digits(value).Exponent;
        string digits = Scaled(value, precision - exponent).ToString(CultureInfo.InvariantCulture).PadRight(precision + 1, '0');

        // Rounding up 9.99 gives one digit more, which is a zero.
        exponent += digits.Length - precision - 1;
        digits = digits[..(precision + 1)];
        return Sign(value) + digits[0] + (precision == 0 ? "" : "." + digits[1..])
            + string.Create(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static string Sign(double value) => double.IsNegative(value) ? "-" : "";

    /// <summary>The shortest digits of a finite number without its sign, and the exponent of the first: 0.045 is 45, -2.</summary>
    private static (string Digits, int Exponent) Digits(double value)
    {
        if (value == 0)
        {
            return ("0", 0);
        }

        string text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        int exponent = 0;
        if (text.IndexOf('E', StringComparison.Ordinal) is >= 0 and var e)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        int first = text.AsSpan().IndexOfAnyInRange('1', '9');
        exponent += (point < 0 ? text.Length : point) - first - (point >= 0 && first > point ? 0 : 1);
        return (text.Replace(".", "", StringComparison.Ordinal).Trim('0'), exponent);
    }

    /// <summary>The number without its sign times a power of ten, rounded to a whole number, ties to the even one.</summary>
    private static BigInteger Scaled(double value, int powerOfTen)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & ((1L << 52) - 1);
        BigInteger numerator = biased == 0 ? fraction : fraction | (1L << 52);
        int powerOfTwo = Math.Max(biased, 1) - 1075;
        BigInteger denominator = BigInteger.One;
        _ = powerOfTwo >= 0 ? numerator <<= powerOfTwo : denominator <<= -powerOfTwo;
        _ = powerOfTen >= 0 ? numerator *= BigInteger.Pow(10, powerOfTen) : denominator *= BigInteger.Pow(10, -powerOfTen);
        BigInteger whole = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int half = (rest * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !whole.IsEven) ? whole + 1 : whole;
    }
}
