using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>Reads the classes and escapes of RE2's syntax as sets of code points.</summary>
internal static class Re2Class
{
    /// <summary>A class whose opening bracket has been read.</summary>
    public static CodePointSet Read(Re2Reader reader)
    {
        CodePointSet set = CodePointSet.Of();
        bool negated = reader.TryTake('^');
        bool first = true;
        while (first || reader.Peek() != ']')
        {
            first = false;
            CodePointSet part = Part(reader);
            if (part.Ranges is [(var low, var same)] && low == same && reader.Peek() == '-' && !reader.LooksAt("-]"))
            {
                reader.Take();
                part = Part(reader);
                if (part.Ranges is not [(var high, var end)] || high != end || high < low)
                {
                    throw new FormatException("invalid character class range");
                }

                part = CodePointSet.Of((low, high));
            }

            set.Add(part);
        }

        reader.Take();
        return negated ? set.Negated() : set;
    }

    /// <summary>An escape whose backslash has been read.</summary>
    public static CodePointSet ReadEscape(Re2Reader reader)
    {
        int c = reader.Take();
        if (c < 0x80 && UnicodeClasses.Perl(char.ToLowerInvariant((char)c)) is { } perl)
        {
            return char.IsAsciiLetterUpper((char)c) ? perl.Negated() : perl;
        }

        int codePoint = c switch
        {
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            'x' => Hex(reader),
            >= '1' and <= '7' when reader.Peek() is >= '0' and <= '7' => Octal(c, reader),
            '0' => Octal(c, reader),
            'p' or 'P' => -1,
            < 0x80 when char.IsPunctuation((char)c) || char.IsSymbol((char)c) => c,
            _ => throw new FormatException($"invalid escape sequence: \\{char.ConvertFromUtf32(c)}"),
        };
        return codePoint >= 0 ? CodePointSet.Of((codePoint, codePoint)) : Category(reader, c == 'P');
    }

    private static CodePointSet Part(Re2Reader reader)
    {
        if (reader.TryTake("[:"))
        {
            bool negated = reader.TryTake('^');
            string name = reader.TakeUntil(":]");
            CodePointSet posix = UnicodeClasses.Posix(name) ?? throw new FormatException($"invalid character class: [:{name}:]");
            return negated ? posix.Negated() : posix;
        }

        int c = reader.Take();
        return c == '\\' ? ReadEscape(reader) : CodePointSet.Of((c, c));
    }

    private static CodePointSet Category(Re2Reader reader, bool negated)
    {
        string name = reader.TryTake('{') ? reader.TakeUntil("}") : char.ConvertFromUtf32(reader.Take());
        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        CodePointSet set = UnicodeClasses.Category(name) ?? throw new FormatException($"unknown or unsupported class: \\p{{{name}}}");
        return negated ? set.Negated() : set;
    }

    private static int Octal(int first, Re2Reader reader)
    {
        int value = first - '0';
        for (int i = 0; i < 2 && reader.Peek() is >= '0' and <= '7'; i++)
        {
            value = (value * 8) + reader.Take() - '0';
        }

        return value;
    }

    private static int Hex(Re2Reader reader)
    {
        string digits = reader.TryTake('{') ? reader.TakeUntil("}") : $"{char.ConvertFromUtf32(reader.Take())}{char.ConvertFromUtf32(reader.Take())}";
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) && value is >= 0 and <= CodePointSet.Last
            ? value
            : throw new FormatException($"invalid escape sequence: \\x{digits}");
    }
}
