namespace Floodwall.Policy.Reading;

/// <summary>Finds what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    private const int MaxLength = 64;

    // Suggestions are a courtesy: of very many candidates, the first will do.
    private const int MaxCandidates = 1024;

    // A candidate is longer than the word by a third at most.
    private const int Row = MaxLength * 2;

    /// <summary>The candidate within a third of the word's length in edits, or null; of equals, the first.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > MaxLength)
        {
            return null;
        }

        string? best = null;
        int least = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates.Take(MaxCandidates))
        {
            int distance = Math.Abs(candidate.Length - word.Length) < least ? Distance(word, candidate) : least;
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>
    /// Edits between two words, where swapping neighbours is one edit (the restricted distance of Damerau and Levenshtein);
    /// letters are compared without case, separators as one.
    /// </summary>
    private static int Distance(string a, string b)
    {
        Span<int> rows = stackalloc int[3 * Row];
        for (int j = 0; j <= b.Length; j++)
        {
            rows[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            Span<int> current = rows.Slice(i % 3 * Row, Row);
            Span<int> previous = rows.Slice((i + 2) % 3 * Row, Row);
            Span<int> before = rows.Slice((i + 1) % 3 * Row, Row);
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                bool same = Fold(a[i - 1]) == Fold(b[j - 1]);
                current[j] = Math.Min(previous[j - 1] + (same ? 0 : 1), Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && Fold(a[i - 1]) == Fold(b[j - 2]) && Fold(a[i - 2]) == Fold(b[j - 1]))
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }
        }

        return rows[(a.Length % 3 * Row) + b.Length];
    }

    private static char Fold(char c) => c is '-' or '.' or ' ' ? '_' : char.ToLowerInvariant(c);
}
