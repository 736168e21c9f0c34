using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Reads a pattern's code points.</summary>
internal sealed class Re2Reader(string pattern)
{
    private const int MaxDigits = 6;

    private int _at;

    public bool AtEnd => _at >= pattern.Length;

    /// <summary>The next code point; 0 at the end.</summary>
    public int Peek() => AtEnd ? 0 : Current().Value;

    /// <summary>The next code point, read.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public int Take()
    {
        if (AtEnd)
        {
            throw new FormatException("it ends too early");
        }

        Rune rune = Current();
        _at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    public bool TryTake(char expected)
    {
        bool found = !AtEnd && pattern[_at] == expected;
        _at += found ? 1 : 0;
        return found;
    }

    public bool TryTake(string expected)
    {
        bool found = LooksAt(expected);
        _at += found ? expected.Length : 0;
        return found;
    }

    public bool LooksAt(string expected) => string.CompareOrdinal(pattern, _at, expected, 0, expected.Length) == 0;

    /// <summary>What stands before the next <paramref name="end"/>, which is read too.</summary>
    public string TakeUntil(string end)
    {
        int found = pattern.IndexOf(end, _at, StringComparison.Ordinal);
        if (found < 0)
        {
            throw new FormatException($"missing {end}");
        }

        string text = pattern[_at..found];
        _at = found + end.Length;
        return text;
    }

    /// <summary><c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; reads nothing where none of them stands here.</summary>
    public bool TryTakeBounds(out int least, out int? most)
    {
        int start = _at;
        (least, most) = (0, null);
        bool read = TryTake('{') && TryNumber(out least);
        if (read && TryTake(','))
        {
            read = TryTake('}');
            if (!read && TryNumber(out int number))
            {
                most = number;
                read = TryTake('}');
            }
        }
        else if (read)
        {
            most = least;
            read = TryTake('}');
        }

        _at = read ? _at : start;
        return read;
    }

    private bool TryNumber(out int number)
    {
        int start = _at;
        while (!AtEnd && char.IsAsciiDigit(pattern[_at]) && _at - start < MaxDigits)
        {
            _at++;
        }

        return int.TryParse(pattern.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    // A surrogate that stands alone is read as U+FFFD.
    private Rune Current() => Rune.DecodeFromUtf16(pattern.AsSpan(_at), out Rune rune, out _) == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar;
}
