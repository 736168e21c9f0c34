namespace Floodwall.Cli.Formats.Intents;

/// <summary>Amounts in fixed point: millionths of a unit in 64 bits. No rounding, no infinity, no NaN.</summary>
internal static class Money
{
    /// <summary>The largest amount.</summary>
    public const string Largest = "9223372036854.775807";

    /// <summary>Reads digits with at most six decimals: <c>12</c>, <c>0.5</c>, <c>3.250000</c>.</summary>
    public static bool TryParseMicros(ReadOnlySpan<char> text, out long micros)
    {
        micros = 0;
        int dot = text.IndexOf('.');
        ReadOnlySpan<char> whole = dot < 0 ? text : text[..dot];
        ReadOnlySpan<char> decimals = dot < 0 ? [] : text[(dot + 1)..];
        if (whole.IsEmpty || whole.Length > 13 || (dot >= 0 && decimals.IsEmpty) || decimals.Length > 6
            || whole.ContainsAnyExceptInRange('0', '9') || decimals.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        Int128 value = 0;
        foreach (char digit in whole)
        {
            value = (value * 10) + (digit - '0');
        }

        for (int i = 0; i < 6; i++)
        {
            value = (value * 10) + (i < decimals.Length ? decimals[i] - '0' : 0);
        }

        micros = value <= long.MaxValue ? (long)value : 0;
        return value <= long.MaxValue;
    }
}
