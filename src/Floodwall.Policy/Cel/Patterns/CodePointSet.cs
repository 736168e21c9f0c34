namespace Floodwall.Policy.Cel;

/// <summary>A set of Unicode code points.</summary>
internal sealed class CodePointSet
{
    /// <summary>The last code point.</summary>
    public const int Last = 0x10FFFF;

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

    /// <summary>Whether it is in the set.</summary>
    public bool Contains(int codePoint)
    {
        int low = 0;
        int high = _ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (codePoint >= _ranges[middle].First && codePoint <= _ranges[middle].Last)
            {
                return true;
            }

            (low, high) = codePoint > _ranges[middle].Last ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>Adds another set.</summary>
    public void Add(CodePointSet other)
    {
        if (_ranges.Count == 0)
        {
            _ranges.AddRange(other._ranges);
            return;
        }

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
}
