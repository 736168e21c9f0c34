using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>A set of code points: ranges and general categories, taken with or without regard to case, perhaps negated.</summary>
internal sealed class RuneSet
{
    private const int LastRune = 0x10FFFF;

    private readonly List<(int First, int Last)> _ranges = [];
    private uint _categories;
    private bool _ignoreCase;
    private bool _negated;
    private UInt128 _ascii;

    /// <summary>The code points of <c>\w</c>.</summary>
    public static (int First, int Last)[] Word { get; } = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

    /// <summary>The only member, where there is exactly one and its case matters; else null.</summary>
    public Rune? Single => _ranges is [(int first, int last)] && first == last && _categories == 0 && !_ignoreCase && !_negated
        ? new Rune(first)
        : null;

    public static RuneSet Of(Rune rune, bool ignoreCase)
    {
        var set = new RuneSet();
        set.Add(rune.Value, rune.Value);
        set.Close(negated: false, ignoreCase);
        return set;
    }

    /// <summary>What a point stands for.</summary>
    public static RuneSet Dot(bool newlines)
    {
        var set = new RuneSet();
        if (!newlines)
        {
            set.Add('\n', '\n');
        }

        set.Close(negated: true, ignoreCase: false);
        return set;
    }

    public void Add(int first, int last) => _ranges.Add((first, last));

    /// <summary>Adds ranges in ascending order, or all but them.</summary>
    public void Add(IEnumerable<(int First, int Last)> ranges, bool negated)
    {
        int next = 0;
        foreach ((int first, int last) in ranges)
        {
            if (!negated)
            {
                Add(first, last);
            }
            else if (first > next)
            {
                Add(next, first - 1);
            }

            next = last + 1;
        }

        if (negated)
        {
            Add(next, LastRune);
        }
    }

    /// <summary>Adds general categories: bit i is <see cref="UnicodeCategory"/> i.</summary>
    public void AddCategories(uint mask) => _categories |= mask;

    /// <summary>Ends the making of the set.</summary>
    public void Close(bool negated, bool ignoreCase)
    {
        _negated = negated;
        _ignoreCase = ignoreCase;
        for (int code = 0; code < 128; code++)
        {
            _ascii |= Slow(new Rune(code)) ? UInt128.One << code : UInt128.Zero;
        }
    }

    public bool Contains(Rune rune) => rune.IsAscii ? (_ascii >> rune.Value & UInt128.One) != UInt128.Zero : Slow(rune);

    private bool Slow(Rune rune) => _negated
        != (Has(rune) || (_ignoreCase && (Has(Rune.ToLowerInvariant(rune)) || Has(Rune.ToUpperInvariant(rune)))));

    private bool Has(Rune rune)
    {
        if (_categories != 0 && (_categories >> (int)Rune.GetUnicodeCategory(rune) & 1) != 0)
        {
            return true;
        }

        foreach ((int first, int last) in _ranges)
        {
            if (rune.Value >= first && rune.Value <= last)
            {
                return true;
            }
        }

        return false;
    }
}
