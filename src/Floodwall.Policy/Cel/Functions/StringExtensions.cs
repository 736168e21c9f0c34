using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>The strings extension (google/cel-spec, doc/extensions/strings.md; cel-go, ext). Indices count code points from 0.</summary>
internal static class StringExtensions
{
    private const int NoLimit = -1;

    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Method("charAt", CelCostClass.Linear, CharAt),
        CelFunction.Method("indexOf", CelCostClass.Product, (text, part) => IndexOf(text, part, CelValue.Of(0L))),
        CelFunction.Method("indexOf", CelCostClass.Product, IndexOf),
        CelFunction.Method("lastIndexOf", CelCostClass.Product, (text, part) => LastIndexOf(text, part, null)),
        CelFunction.Method("lastIndexOf", CelCostClass.Product, LastIndexOf),
        CelFunction.Method("lowerAscii", CelCostClass.Linear, text => Map(text, char.ToLowerInvariant)),
        CelFunction.Method("upperAscii", CelCostClass.Linear, text => Map(text, char.ToUpperInvariant)),
        CelFunction.Method("replace", CelCostClass.Product, (text, part, by) => Replace(text, part, by, CelValue.Of((long)NoLimit))),
        new CelFunction("replace", true, 4, CelCostClass.Product, (args, _) => Replace(args[0], args[1], args[2], args[3])),
        CelFunction.Method("split", CelCostClass.Product, (text, separator) => Split(text, separator, CelValue.Of((long)NoLimit))),
        CelFunction.Method("split", CelCostClass.Product, Split),
        CelFunction.Method("substring", CelCostClass.Linear, (text, start) => Substring(text, start, null)),
        CelFunction.Method("substring", CelCostClass.Linear, Substring),
        CelFunction.Method("trim", CelCostClass.Linear, text => text is CelString v ? CelValue.Of(v.Value.Trim()) : null),
        CelFunction.Method("join", CelCostClass.Linear, list => Join(list, CelValue.Of(""))),
        CelFunction.Method("join", CelCostClass.Linear, Join),
        CelFunction.Method("reverse", CelCostClass.Linear, Reverse),
        CelFunction.Method("format", CelCostClass.Linear, (text, args) => (text, args) switch
        {
            (CelString a, CelList b) => StringFormat.Format(a.Value, b),
            _ => null,
        }),
        CelFunction.Of("strings.quote", CelCostClass.Linear, text => text is CelString v ? CelValue.Of(StringQuoting.Quote(v.Value)) : null),
    ];

    private static CelValue? CharAt(CelValue text, CelValue index)
    {
        if ((text, index) is not (CelString { Value: var value }, CelInt { Value: var at }))
        {
            return null;
        }

        int[] starts = CelText.Starts(value);
        int length = starts.Length - 1;
        return at < 0 || at > length ? OutOfRange(at) : CelValue.Of(at == length ? "" : value[starts[at]..starts[at + 1]]);
    }

    private static CelValue? IndexOf(CelValue text, CelValue part, CelValue from)
    {
        if ((text, part, from) is not (CelString { Value: var value }, CelString { Value: var sought }, CelInt { Value: var start }))
        {
            return null;
        }

        int[] starts = CelText.Starts(value);
        if (start < 0 || start >= starts.Length)
        {
            return OutOfRange(start);
        }

        int found = value.IndexOf(sought, starts[start], StringComparison.Ordinal);
        return CelValue.Of((long)(found < 0 ? found : Array.BinarySearch(starts, found)));
    }

    private static CelValue? LastIndexOf(CelValue text, CelValue part, CelValue? from)
    {
        if ((text, part, from) is not (CelString { Value: var value }, CelString { Value: var sought }, null or CelInt))
        {
            return null;
        }

        int[] starts = CelText.Starts(value);
        long last = from is CelInt given ? given.Value : starts.Length - 1;
        if (last < 0 || last >= starts.Length)
        {
            return OutOfRange(last);
        }

        // The match may start at the index and reach behind it.
        int end = (int)Math.Min(starts[last] + (long)sought.Length, value.Length);
        int found = value.AsSpan(0, end).LastIndexOf(sought, StringComparison.Ordinal);
        return CelValue.Of((long)(found < 0 ? found : Array.BinarySearch(starts, found)));
    }

    private static CelValue? Map(CelValue text, Func<char, char> change) => text is CelString v
        ? CelValue.Of(string.Create(v.Value.Length, v.Value, (to, from) =>
        {
            for (int i = 0; i < from.Length; i++)
            {
                to[i] = char.IsAscii(from[i]) ? change(from[i]) : from[i];
            }
        }))
        : null;

    private static CelValue? Replace(CelValue text, CelValue part, CelValue by, CelValue limit)
    {
        if ((text, part, by, limit) is not
            (CelString { Value: var value }, CelString { Value: var sought }, CelString { Value: var replacement }, CelInt { Value: var most }))
        {
            return null;
        }

        StringBuilder result = new();
        int at = 0;
        for (long done = 0; most < 0 || done < most; done++)
        {
            int found = NextMatch(value, sought, at, isFirst: done == 0);
            if (found < 0)
            {
                break;
            }

            result.Append(value, at, found - at).Append(replacement);
            at = found + sought.Length;
            if (result.Length > CelFunctions.MaxLength)
            {
                return CelFunctions.TooLong("replace");
            }
        }

        result.Append(value, at, value.Length - at);
        return result.Length > CelFunctions.MaxLength ? CelFunctions.TooLong("replace") : CelValue.Of(result.ToString());
    }

    /// <summary>The next match; an empty string matches in front of each code point and behind the last.</summary>
    private static int NextMatch(string value, string sought, int at, bool isFirst)
    {
        if (sought.Length > 0 || isFirst)
        {
            return value.IndexOf(sought, at, StringComparison.Ordinal);
        }

        return at == value.Length ? -1 : at + (at + 1 < value.Length && char.IsSurrogatePair(value[at], value[at + 1]) ? 2 : 1);
    }

    private static CelValue? Split(CelValue text, CelValue separator, CelValue limit)
    {
        if ((text, separator, limit) is not (CelString { Value: var value }, CelString { Value: var by }, CelInt { Value: var most }))
        {
            return null;
        }

        if (most == 0)
        {
            return CelList.Empty;
        }

        int count = (int)(most < 0 ? int.MaxValue : Math.Min(most, int.MaxValue));
        IEnumerable<string> parts = by.Length > 0 ? value.Split(by, count) : CodePoints(value, count);
        return new CelList(parts.Select(CelValue.Of));
    }

    private static IEnumerable<string> CodePoints(string value, int most)
    {
        int[] starts = CelText.Starts(value);
        for (int i = 0; i < starts.Length - 1; i++)
        {
            if (i == most - 1)
            {
                yield return value[starts[i]..];
                break;
            }

            yield return value[starts[i]..starts[i + 1]];
        }
    }

    private static CelValue? Substring(CelValue text, CelValue from, CelValue? to)
    {
        if ((text, from, to) is not (CelString { Value: var value }, CelInt { Value: var start }, null or CelInt))
        {
            return null;
        }

        int[] starts = CelText.Starts(value);
        long end = to is CelInt given ? given.Value : starts.Length - 1;
        return start < 0 || start >= starts.Length ? OutOfRange(start)
            : end < 0 || end >= starts.Length ? OutOfRange(end)
            : start > end ? new CelError(CelErrorKind.InvalidArgument, $"invalid substring range. start: {start}, end: {end}")
            : CelValue.Of(value[starts[start]..starts[end]]);
    }

    private static CelValue? Join(CelValue list, CelValue separator)
    {
        if ((list, separator) is not (CelList { Elements: var elements }, CelString { Value: var between })
            || elements.Any(element => element is not CelString))
        {
            return null;
        }

        long length = elements.Sum(element => (long)((CelString)element).Value.Length) + (Math.Max(elements.Length - 1L, 0) * between.Length);
        return length > CelFunctions.MaxLength
            ? CelFunctions.TooLong("join")
            : CelValue.Of(string.Join(between, elements.Select(element => ((CelString)element).Value)));
    }

    private static CelValue? Reverse(CelValue text)
    {
        if (text is not CelString { Value: var value })
        {
            return null;
        }

        int[] starts = CelText.Starts(value);
        StringBuilder result = new(value.Length);
        for (int i = starts.Length - 2; i >= 0; i--)
        {
            result.Append(value, starts[i], starts[i + 1] - starts[i]);
        }

        return CelValue.Of(result.ToString());
    }

    private static CelError OutOfRange(long index) => new(CelErrorKind.InvalidArgument, $"index out of range: {index}");
}
