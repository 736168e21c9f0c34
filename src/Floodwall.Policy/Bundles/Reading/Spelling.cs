namespace Floodwall.Policy.Reading;

/// <summary>Finds what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    private const int MaxLength = 64;

    /// <summary>The candidate within a third of the word's length in edits, or null; of equals, the first.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > MaxLength)
        {
            return null;
        }

        string? best = null;
        int least = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Math.Abs(candidate.Length - word.Length) < least ? Distance(word, candidate) : least;
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Levenshtein's distance; letters are compared without case, separators as one.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> previous = stackalloc int[MaxLength * 2];
        Span<int> current = stackalloc int[MaxLength * 2];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = previous[j - 1] + (Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            current[..(b.Length + 1)].CopyTo(previous);
        }

        return previous[b.Length];
    }

    private static char Fold(char c) => c is '-' or '.' or ' ' ? '_' : char.ToLowerInvariant(c);
}
