using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>Durations to text and back, as Go's time.ParseDuration reads them and protobuf's JSON form writes them.</summary>
internal static class DurationText
{
    private const int MaxLength = 128;

    /// <summary>
    /// A sign and one or more decimal numbers with a unit: <c>h</c>, <c>m</c>, <c>s</c>, <c>ms</c>, <c>us</c> (or <c>µs</c>), <c>ns</c>; or
    /// <c>0</c>. What is smaller than a nanosecond is cut off.
    /// </summary>
    public static CelValue Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return new CelDuration(0);
        }

        if (rest.IsEmpty || rest.Length > MaxLength)
        {
            return Malformed(text);
        }

        Int128 total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, out Int128 nanos))
            {
                return Malformed(text);
            }

            total += nanos;
            if (total > (Int128)long.MaxValue + 1)
            {
                break;
            }
        }

        return CelDuration.Checked(negative ? -total : total);
    }

    /// <summary>Seconds with as many of nine decimals as are needed: <c>1.5s</c>.</summary>
    public static string Print(CelDuration duration)
    {
        Int128 nanos = Int128.Abs(duration.Nanoseconds);
        return (duration.Nanoseconds < 0 ? "-" : "")
            + (nanos / CelDuration.NanosPerSecond).ToString(CultureInfo.InvariantCulture)
            + Fraction((int)(nanos % CelDuration.NanosPerSecond)) + "s";
    }

    /// <summary>A point and nanoseconds without zeros at the end; nothing where there are none.</summary>
    public static string Fraction(int nanos) => nanos == 0 ? "" : "." + nanos.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, out Int128 nanos)
    {
        nanos = 0;
        Int128 whole = 0;
        Int128 fraction = 0;
        Int128 scale = 1;
        int at = 0;
        int digits = 0;
        bool behindPoint = false;
        for (; at < rest.Length && (char.IsAsciiDigit(rest[at]) || (rest[at] == '.' && !behindPoint)); at++)
        {
            if (rest[at] == '.')
            {
                behindPoint = true;
                continue;
            }

            digits++;
            int digit = rest[at] - '0';
            if (!behindPoint)
            {
                // Far outside the range whatever the unit, and still far from overflowing 128 bits.
                whole = Int128.Min((whole * 10) + digit, ulong.MaxValue);
            }
            else if (scale < 1_000_000_000_000_000_000)
            {
                fraction = (fraction * 10) + digit;
                scale *= 10;
            }
        }

        rest = rest[at..];
        if (digits == 0 || !TryTakeUnit(ref rest, out long unit))
        {
            return false;
        }

        nanos = (whole * unit) + (fraction * unit / scale);
        return true;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> rest, out long nanos)
    {
        (int length, nanos) = rest switch
        {
            ['n', 's', ..] => (2, 1L),
            ['u' or '\u00B5' or '\u03BC', 's', ..] => (2, 1_000L),
            ['m', 's', ..] => (2, 1_000_000L),
            ['s', ..] => (1, CelDuration.NanosPerSecond),
            ['m', ..] => (1, 60 * CelDuration.NanosPerSecond),
            ['h', ..] => (1, 3600 * CelDuration.NanosPerSecond),
            _ => (0, 0),
        };
        rest = rest[length..];
        return length > 0;
    }

    private static CelError Malformed(string text) =>
        new(CelErrorKind.InvalidArgument, $"{CelValue.Of(text)} is no duration: expected one such as 1h30m or -1.5s");
}
