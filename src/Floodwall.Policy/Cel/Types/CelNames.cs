namespace Floodwall.Policy.Cel;

/// <summary>Finds what was probably meant by a name that is not declared.</summary>
internal static class CelNames
{
    private const int LongestCompared = 64;

    /// <summary>A name as messages show it: not at any length.</summary>
    public static string Shown(string name) => name.Length <= LongestCompared ? name : name[..LongestCompared] + "…";

    /// <summary>
    /// The candidate that takes the fewest edits, at most one for every three characters; null where none comes as near. Of
    /// equally near ones the first in ordinal order, so that messages do not depend on the order of declarations.
    /// </summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        int most = Math.Max(1, name.Length / 3);
        return candidates
            .Where(candidate => candidate != name && Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Candidate: candidate, Edits: Edits(name, candidate)))
            .Where(pair => pair.Edits <= most)
            .OrderBy(pair => pair.Edits).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), case apart.</summary>
    internal static int Edits(string a, string b)
    {
        if (a.Length > LongestCompared || b.Length > LongestCompared)
        {
            return int.MaxValue;
        }

        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                bool same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                int least = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (same ? 0 : 1));
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = swapped ? Math.Min(least, cost[i - 2, j - 2] + 1) : least;
            }
        }

        return cost[a.Length, b.Length];
    }
}
