using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>A set of Unicode code points, written out as a part of a .NET pattern, which works on UTF-16.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private const int FirstPair = 0x10000;

    private readonly List<(int First, int Last)> _ranges = [];

    /// <summary>The ranges, in order and apart.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges => _ranges;

    public static CodePointSet Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        CodePointSet set = new();
        foreach ((int first, int last) in ranges)
        {
            set.Add(first, last);
        }

        return set;
    }

    /// <summary>Adds a range.</summary>
    public void Add(int first, int last)
    {
        int at = _ranges.FindIndex(range => range.Last >= first - 1);
        if (at < 0)
        {
            _ranges.Add((first, last));
            return;
        }

        int end = at;
        while (end < _ranges.Count && _ranges[end].First <= last + 1)
        {
            first = Math.Min(first, _ranges[end].First);
            last = Math.Max(last, _ranges[end].Last);
            end++;
        }

        _ranges.RemoveRange(at, end - at);
        _ranges.Insert(at, (first, last));
    }

    /// <summary>Adds another set.</summary>
    public void Add(CodePointSet other)
    {
        foreach ((int first, int last) in other._ranges)
        {
            Add(first, last);
        }
    }

    /// <summary>All code points that are not in it.</summary>
    public CodePointSet Negated()
    {
        CodePointSet rest = new();
        int next = 0;
        foreach ((int first, int last) in _ranges)
        {
            if (first > next)
            {
                rest._ranges.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            rest._ranges.Add((next, Last));
        }

        return rest;
    }

    /// <summary>A .NET pattern that matches one of them, to be repeated without further brackets.</summary>
    public string ToPattern()
    {
        StringBuilder units = new();
        List<string> pairs = [];
        foreach ((int first, int last) in _ranges)
        {
            AppendUnits(units, first, Math.Min(last, FirstSurrogate - 1));
            AppendUnits(units, Math.Max(first, LastSurrogate + 1), Math.Min(last, FirstPair - 1));
            AddPairs(pairs, Math.Max(first, FirstPair), last);
        }

        if (pairs.Count == 0)
        {
            return units.Length == 0 ? @"[^\s\S]" : $"[{units}]";
        }

        return units.Length == 0 ? $"(?:{string.Join('|', pairs)})" : $"(?:[{units}]|{string.Join('|', pairs)})";
    }

    private static void AppendUnits(StringBuilder units, int first, int last)
    {
        if (first <= last)
        {
            units.Append(Unit(first));
            units.Append(first < last ? $"-{Unit(last)}" : "");
        }
    }

    /// <summary>The pairs of a range: those of its first and last high surrogate, and all of those between.</summary>
    private static void AddPairs(List<string> pairs, int first, int last)
    {
        while (first <= last)
        {
            int blockEnd = first | 0x3FF;
            int end = Math.Min(blockEnd, last);
            int highEnd = High(end);
            if ((first & 0x3FF) == 0 && blockEnd <= last)
            {
                // Whole blocks share their low surrogates.
                highEnd = High(last + 1) - 1;
                end = FirstPair + ((highEnd - FirstSurrogate + 1) << 10) - 1;
            }

            pairs.Add($"[{Unit(High(first))}-{Unit(highEnd)}][{Unit(Low(first))}-{Unit(Low(end))}]");
            first = end + 1;
        }
    }

    private static int High(int codePoint) => FirstSurrogate + ((codePoint - FirstPair) >> 10);

    private static int Low(int codePoint) => 0xDC00 + (codePoint & 0x3FF);

    private static string Unit(int unit) => string.Create(CultureInfo.InvariantCulture, $@"\u{unit:X4}");
}
