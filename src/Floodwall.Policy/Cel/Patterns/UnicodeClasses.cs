using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>The named classes of RE2's syntax, and which letters are the same but for their case.</summary>
internal static class UnicodeClasses
{
    private const int Kelvin = 0x212A;
    private const int LongS = 0x17F;

    private static readonly ConcurrentDictionary<string, CodePointSet?> Categories = new(StringComparer.Ordinal);
    private static readonly Lazy<Dictionary<int, int[]>> Cases = new(FindCases);

    /// <summary>The set of a Perl class's letter: <c>d</c>, <c>w</c>, <c>s</c>, all of them ASCII; null for another letter.</summary>
    public static CodePointSet? Perl(char letter) => letter switch
    {
        'd' => CodePointSet.Of(('0', '9')),
        'w' => CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')),
        's' => CodePointSet.Of(('\t', '\n'), ('\f', '\r'), (' ', ' ')),
        _ => null,
    };

    /// <summary>The set of a POSIX class such as <c>alpha</c>; null for another name.</summary>
    public static CodePointSet? Posix(string name) => name switch
    {
        "alnum" => CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        "alpha" => CodePointSet.Of(('A', 'Z'), ('a', 'z')),
        "ascii" => CodePointSet.Of((0, 0x7F)),
        "blank" => CodePointSet.Of(('\t', '\t'), (' ', ' ')),
        "cntrl" => CodePointSet.Of((0, 0x1F), (0x7F, 0x7F)),
        "digit" => CodePointSet.Of(('0', '9')),
        "graph" => CodePointSet.Of(('!', '~')),
        "lower" => CodePointSet.Of(('a', 'z')),
        "print" => CodePointSet.Of((' ', '~')),
        "punct" => CodePointSet.Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        "space" => CodePointSet.Of(('\t', '\r'), (' ', ' ')),
        "upper" => CodePointSet.Of(('A', 'Z')),
        "word" => Perl('w'),
        "xdigit" => CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
        _ => null,
    };

    /// <summary>The set of a general category such as <c>L</c> or <c>Lu</c>, or of <c>Any</c>; null for another name, a script's too.</summary>
    public static CodePointSet? Category(string name) => Categories.Count > 64 && !Categories.ContainsKey(name)
        ? FindCategory(name)
        : Categories.GetOrAdd(name, FindCategory);

    /// <summary>The set and every letter that differs from one of its letters in case alone.</summary>
    public static CodePointSet Folded(CodePointSet set)
    {
        CodePointSet folded = CodePointSet.Of();
        folded.Add(set);
        foreach ((int letter, int[] others) in Cases.Value)
        {
            if (!set.Contains(letter))
            {
                continue;
            }

            foreach (int other in others)
            {
                if (!folded.Contains(other))
                {
                    folded.Add(other, other);
                }
            }
        }

        return folded;
    }

    private static CodePointSet? FindCategory(string name)
    {
        if (name == "Any")
        {
            return CodePointSet.Of((0, CodePointSet.Last));
        }

        bool[] wanted = [.. Enum.GetValues<UnicodeCategory>().Select(category => Abbreviation(category).StartsWith(name, StringComparison.Ordinal))];
        if (name.Length is 0 or > 2 || !wanted.Contains(true))
        {
            return null;
        }

        CodePointSet set = CodePointSet.Of();
        int first = -1;
        for (int codePoint = 0; codePoint <= CodePointSet.Last + 1; codePoint++)
        {
            bool inside = codePoint <= CodePointSet.Last && wanted[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)];
            if (inside && first < 0)
            {
                first = codePoint;
            }
            else if (!inside && first >= 0)
            {
                set.Add(first, codePoint - 1);
                first = -1;
            }
        }

        return set;
    }

    private static string Abbreviation(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "?",
    };

    private static Dictionary<int, int[]> FindCases()
    {
        // No letter with two cases lies behind the second plane.
        const int End = 0x20000;
        Dictionary<int, List<int>> classes = [];
        for (int codePoint = 0; codePoint < End; codePoint++)
        {
            if (Rune.TryCreate(codePoint, out Rune rune)
                && (Rune.ToUpperInvariant(rune) is var upper && upper != rune || Rune.ToLowerInvariant(rune) != rune || codePoint is Kelvin or LongS))
            {
                // These belong to k and s (Unicode, CaseFolding.txt), but have no case of their own to the platform.
                int lower = codePoint switch
                {
                    Kelvin => 'k',
                    LongS => 's',
                    _ => Rune.ToLowerInvariant(upper).Value,
                };
                if (!classes.TryGetValue(lower, out List<int>? members))
                {
                    classes.Add(lower, members = []);
                }

                members.Add(codePoint);
            }
        }

        return classes.Values.Where(members => members.Count > 1)
            .SelectMany(members => members.Select(member => KeyValuePair.Create(member, members.Where(other => other != member).ToArray())))
            .ToDictionary();
    }
}
