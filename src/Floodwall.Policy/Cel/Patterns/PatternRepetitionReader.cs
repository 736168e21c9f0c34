namespace Floodwall.Policy.Cel;

/// <summary>Reads the repetitions of the RE2 syntax: <c>*</c>, <c>+</c>, <c>?</c> and counts in braces.</summary>
internal static class PatternRepetitionReader
{
    // RE2's own bound for counts in braces.
    private const int MostCounted = 1_000;

    /// <summary>What is repeated how often by what stands at a place of a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="at">The place.</param>
    /// <param name="maxRepeat">The greatest count allowed in braces.</param>
    /// <param name="min">The fewest repetitions.</param>
    /// <param name="max">The most; null for any number.</param>
    /// <returns>The length of the repetition; 0 where none stands there, and a brace is a character like others.</returns>
    /// <exception cref="PatternException">A count is out of range.</exception>
    public static int Measure(string text, int at, int maxRepeat, out int min, out int? max)
    {
        char c = at < text.Length ? text[at] : '\0';
        (min, max) = c == '+' ? (1, null) : (0, c == '?' ? 1 : (int?)null);
        return c is '*' or '+' or '?' ? 1 : c == '{' ? Braces(text, at, Math.Min(maxRepeat, MostCounted), out min, out max) : 0;
    }

    /// <summary>The length of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; 0 where it is none of them.</summary>
    private static int Braces(string text, int start, int most, out int min, out int? max)
    {
        min = 0;
        max = null;
        int at = start + 1;
        if (Count(text, ref at) is not int low)
        {
            return 0;
        }

        int? high = low;
        if (at < text.Length && text[at] == ',')
        {
            at++;
            high = Count(text, ref at);
        }

        if (at >= text.Length || text[at] != '}')
        {
            return 0;
        }

        if (low > most || high > most || high < low)
        {
            throw new PatternException($"counts in braces go up to {most}, the smaller first (at {start})");
        }

        (min, max) = (low, high);
        return at + 1 - start;
    }

    private static int? Count(string text, ref int at)
    {
        int start = at;
        int value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            value = Math.Min((value * 10) + (text[at] - '0'), 100_000);
        }

        return at > start ? value : null;
    }
}
