using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Reads bracketed classes and escapes of the RE2 syntax.</summary>
internal static class PatternClassReader
{
    private const string CategoryNames = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSoCn";

    private static readonly (int, int)[] Digits = [('0', '9')];
    private static readonly (int, int)[] Spaces = [('\t', '\n'), ('\f', '\r'), (' ', ' ')];

    public static RuneSet Read(string text, ref int at, bool ignoreCase)
    {
        int start = at++;
        bool negated = at < text.Length && text[at] == '^';
        at += negated ? 1 : 0;
        var set = new RuneSet();
        for (bool first = true; first || At(text, at) != ']'; first = false)
        {
            if (at >= text.Length)
            {
                throw new PatternException($"the '[' at {start} is not closed");
            }

            bool named = text.AsSpan(at).StartsWith("[:", StringComparison.Ordinal);
            int end = named ? text.IndexOf(":]", at + 2, StringComparison.Ordinal) : -1;
            if (end >= 0)
            {
                Posix(text[(at + 2)..end], set);
                at = end + 2;
            }
            else if (!TryReadClassEscape(text, ref at, set))
            {
                Range(text, ref at, set);
            }
        }

        at++;
        set.Close(negated, ignoreCase);
        return set;
    }

    /// <summary>Reads <c>\d</c>, <c>\w</c>, <c>\s</c>, <c>\p</c> or their negation; false where none stands here.</summary>
    public static bool TryReadClassEscape(string text, ref int at, RuneSet into)
    {
        if (At(text, at) != '\\')
        {
            return false;
        }

        switch (At(text, at + 1))
        {
            case 'd' or 'D':
                into.Add(Digits, text[at + 1] == 'D');
                break;
            case 'w' or 'W':
                into.Add(RuneSet.Word, text[at + 1] == 'W');
                break;
            case 's' or 'S':
                into.Add(Spaces, text[at + 1] == 'S');
                break;
            case 'p' or 'P':
                Category(text, ref at, into);
                return true;
            default:
                return false;
        }

        at += 2;
        return true;
    }

    /// <summary>Reads an escape that stands for one character.</summary>
    public static Rune ReadEscape(string text, ref int at)
    {
        int start = at++;
        char c = At(text, at);
        int control = "afntrv".IndexOf(c, StringComparison.Ordinal);
        if (c == 'x')
        {
            at++;
            return Hex(text, ref at, start);
        }

        if (c == '0' || (c is >= '1' and <= '7' && At(text, at + 1) is >= '0' and <= '7'))
        {
            int value = 0;
            for (int i = 0; i < 3 && At(text, at) is >= '0' and <= '7'; i++)
            {
                value = (value * 8) + (text[at++] - '0');
            }

            return new Rune(value);
        }

        if (control >= 0 && c != '\0')
        {
            at++;
            return new Rune("\a\f\n\t\r\v"[control]);
        }

        if (c > ' ' && c < 127 && !char.IsAsciiLetterOrDigit(c))
        {
            at++;
            return new Rune(c);
        }

        string what = char.IsAsciiDigit(c) ? "backreferences" : $"escape '\\{(c == '\0' ? "" : c)}'";
        throw new PatternException($"the RE2 syntax has no {what} (at {start})");
    }

    public static Rune NextRune(string text, ref int at)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int taken) != System.Buffers.OperationStatus.Done)
        {
            throw new PatternException($"half of a surrogate pair is no character (at {at})");
        }

        at += taken;
        return rune;
    }

    private static void Range(string text, ref int at, RuneSet set)
    {
        int start = at;
        Rune first = Member(text, ref at);
        Rune last = first;
        if (At(text, at) == '-' && At(text, at + 1) is not (']' or '\0'))
        {
            at++;
            last = Member(text, ref at);
        }

        if (last < first)
        {
            throw new PatternException($"the range '{text[start..at]}' runs backwards (at {start})");
        }

        set.Add(first.Value, last.Value);
    }

    private static Rune Member(string text, ref int at) => text[at] == '\\' ? ReadEscape(text, ref at) : NextRune(text, ref at);

    private static Rune Hex(string text, ref int at, int start)
    {
        bool braces = At(text, at) == '{';
        int end = braces ? text.IndexOf('}', at) : Math.Min(at + 2, text.Length);
        int from = at + (braces ? 1 : 0);
        ReadOnlySpan<char> digits = end < from ? "" : text.AsSpan(from, end - from);
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            || (!braces && digits.Length < 2) || !Rune.TryCreate(value, out Rune rune))
        {
            throw new PatternException($"'\\x' wants two hexadecimal digits, or a code point in braces (at {start})");
        }

        at = end + (braces ? 1 : 0);
        return rune;
    }

    private static void Posix(string name, RuneSet set)
    {
        bool negated = name.StartsWith('^');
        (int, int)[] ranges = (negated ? name[1..] : name) switch
        {
            "alnum" => [('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => [('A', 'Z'), ('a', 'z')],
            "ascii" => [(0, 0x7F)],
            "blank" => [('\t', '\t'), (' ', ' ')],
            "cntrl" => [(0, 0x1F), (0x7F, 0x7F)],
            "digit" => Digits,
            "graph" => [('!', '~')],
            "lower" => [('a', 'z')],
            "print" => [(' ', '~')],
            "punct" => [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => [('\t', '\r'), (' ', ' ')],
            "upper" => [('A', 'Z')],
            "word" => RuneSet.Word,
            "xdigit" => [('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => throw new PatternException($"'[:{name}:]' is no class"),
        };
        set.Add(ranges, negated);
    }

    private static void Category(string text, ref int at, RuneSet set)
    {
        bool negated = text[at + 1] == 'P';
        bool braces = At(text, at + 2) == '{';
        int end = braces ? text.IndexOf('}', at) : Math.Min(at + 3, text.Length);
        string name = end < 0 ? "" : text[(at + (braces ? 3 : 2))..end];
        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        uint mask = 0;
        for (int i = 0; i < CategoryNames.Length; i += 2)
        {
            string category = CategoryNames.Substring(i, 2);
            mask |= category == name || (name.Length == 1 && category[0] == name[0] && category != "Cn") ? 1u << (i / 2) : 0;
        }

        if (mask == 0)
        {
            throw new PatternException($"'\\p' wants a general category such as L or {{Lu}}; scripts are not known (at {at})");
        }

        set.AddCategories(negated ? ~mask & ((1u << (CategoryNames.Length / 2)) - 1) : mask);
        at = end + (braces ? 1 : 0);
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';
}
