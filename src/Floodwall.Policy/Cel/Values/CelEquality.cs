namespace Floodwall.Policy.Cel;

/// <summary>
/// The language's <c>==</c>: values of different types are unequal, except that numbers compare by what they count, without rounding.
/// NaN equals nothing. Lists and maps compare by their elements.
/// </summary>
public static class CelEquality
{
    /// <summary>Whether <c>left == right</c>.</summary>
    /// <exception cref="ArgumentException">Either is an error or an unknown: those are no operands.</exception>
    public static bool AreEqual(CelValue left, CelValue right)
    {
        CelWeight.RequireValue(left);
        CelWeight.RequireValue(right);
        return Equal(left, right);
    }

    private static bool Equal(CelValue left, CelValue right)
    {
        if (CelNumbers.IsNumber(left) && CelNumbers.IsNumber(right))
        {
            return CelNumbers.CompareExactly(left, right) == 0;
        }

        return (left, right) switch
        {
            (CelNull, CelNull) => true,
            (CelBool a, CelBool b) => a.Value == b.Value,
            (CelString a, CelString b) => string.Equals(a.Value, b.Value, StringComparison.Ordinal),
            (CelBytes a, CelBytes b) => a.Span.SequenceEqual(b.Span),
            (CelDuration a, CelDuration b) => a.Nanoseconds == b.Nanoseconds,
            (CelTimestamp a, CelTimestamp b) => a.Seconds == b.Seconds && a.Nanos == b.Nanos,
            (CelTypeValue a, CelTypeValue b) => string.Equals(a.Name, b.Name, StringComparison.Ordinal),
            (CelOptional a, CelOptional b) => a.Value is null || b.Value is null ? a.Value is null && b.Value is null : Equal(a.Value, b.Value),
            (CelObject a, CelObject b) => a.Value.Equals(b.Value),
            (CelList a, CelList b) => Equal(a, b),
            (CelMap a, CelMap b) => Equal(a, b),
            _ => false,
        };
    }

    private static bool Equal(CelList left, CelList right)
    {
        if (left.Elements.Length != right.Elements.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Elements.Length; i++)
        {
            if (!Equal(left.Elements[i], right.Elements[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Equal(CelMap left, CelMap right)
    {
        if (left.Entries.Length != right.Entries.Length)
        {
            return false;
        }

        // Both stand in the order of their keys.
        for (int i = 0; i < left.Entries.Length; i++)
        {
            if (CelMapKeys.Compare(left.Entries[i].Key, right.Entries[i].Key) != 0 || !Equal(left.Entries[i].Value, right.Entries[i].Value))
            {
                return false;
            }
        }

        return true;
    }
}
