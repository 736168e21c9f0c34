namespace Floodwall.Policy.Cel;

/// <summary>
/// The language's <c>&lt;</c> and its kin: numbers with numbers, else values of one type among bool, string (by code points), bytes,
/// duration and timestamp. An integer is rounded to a double before it is ordered against one, as google/cel-spec's tests have it;
/// <see cref="CelEquality"/> does not round, so that equality stays transitive.
/// </summary>
public static class CelOrdering
{
    /// <summary>Whether two values can be ordered: if not, the operators have no overload for them.</summary>
    public static bool AreComparable(CelValue left, CelValue right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return (CelNumbers.IsNumber(left) && CelNumbers.IsNumber(right))
            || (left.Kind == right.Kind
                && left.Kind is CelKind.Bool or CelKind.String or CelKind.Bytes or CelKind.Duration or CelKind.Timestamp);
    }

    /// <summary>Negative, zero or positive; null where either is NaN, for which every comparison is false.</summary>
    /// <exception cref="ArgumentException">They cannot be ordered.</exception>
    public static int? Compare(CelValue left, CelValue right) => !AreComparable(left, right)
        ? throw new ArgumentException($"{left.Kind} and {right.Kind} have no order")
        : (left, right) switch
        {
            (CelBool a, CelBool b) => a.Value.CompareTo(b.Value),
            (CelString a, CelString b) => CelText.Compare(a.Value, b.Value),
            (CelBytes a, CelBytes b) => a.Span.SequenceCompareTo(b.Span),
            (CelDuration a, CelDuration b) => a.Nanoseconds.CompareTo(b.Nanoseconds),
            (CelTimestamp a, CelTimestamp b) => a.TotalNanos.CompareTo(b.TotalNanos),
            _ => CelNumbers.CompareAsOperators(left, right),
        };
}
