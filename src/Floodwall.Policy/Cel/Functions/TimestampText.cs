using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>Timestamps to text and back as RFC 3339, section 5.6, has them.</summary>
internal static class TimestampText
{
    private const int MaxLength = 64;
    private const int PrefixLength = 19;

    /// <summary>
    /// <c>2006-01-02T15:04:05</c>, decimals of the second where there are any, and <c>Z</c> or an offset. What is smaller than a
    /// nanosecond is cut off.
    /// </summary>
    public static CelValue Parse(string text)
    {
        ReadOnlySpan<char> span = text;
        if (span.Length is <= PrefixLength or > MaxLength
            || span[4] != '-' || span[7] != '-' || span[10] != 'T' || span[13] != ':' || span[16] != ':'
            || !TryNumber(span[..4], out int year) || !TryNumber(span[5..7], out int month) || !TryNumber(span[8..10], out int day)
            || !TryNumber(span[11..13], out int hour) || !TryNumber(span[14..16], out int minute) || !TryNumber(span[17..19], out int second)
            || !TryFraction(span[PrefixLength..], out int nanos, out int length)
            || !TryOffset(span[(PrefixLength + length)..], out int offsetMinutes)
            || month is < 1 or > 12 || day < 1 || day > CivilTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return new CelError(CelErrorKind.InvalidArgument, $"{CelValue.Of(text)} is no timestamp: expected one such as 2006-01-02T15:04:05Z");
        }

        long seconds = (CivilTime.DaysFromEpoch(year, month, day) * CivilTime.SecondsPerDay)
            + (hour * 3600L) + (minute * 60L) + second - (offsetMinutes * 60L);
        return CelTimestamp.Checked(((Int128)seconds * CelDuration.NanosPerSecond) + nanos);
    }

    /// <summary>In UTC, with as many of nine decimals as are needed.</summary>
    public static string Print(CelTimestamp timestamp)
    {
        CivilTime at = CivilTime.At(timestamp.Seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{at.Year:0000}-{at.Month:00}-{at.Day:00}T{at.Hour:00}:{at.Minute:00}:{at.Second:00}")
            + DurationText.Fraction(timestamp.Nanos) + "Z";
    }

    /// <summary>Minutes east of UTC of <c>Z</c>, <c>+hh:mm</c> or <c>-hh:mm</c>.</summary>
    public static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z")
        {
            return true;
        }

        if (text is not [('+' or '-') and var sign, _, _, ':', _, _]
            || !TryNumber(text[1..3], out int hour) || !TryNumber(text[4..], out int minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (sign == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryFraction(ReadOnlySpan<char> text, out int nanos, out int length)
    {
        nanos = 0;
        length = 0;
        if (text is not ['.', ..])
        {
            return true;
        }

        int unit = (int)CelDuration.NanosPerSecond;
        for (length = 1; length < text.Length && char.IsAsciiDigit(text[length]); length++)
        {
            unit /= 10;
            nanos += (text[length] - '0') * unit;
        }

        return length > 1;
    }
}
