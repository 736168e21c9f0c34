namespace Floodwall.Policy.Cel;

/// <summary>Comparisons of numbers of different types.</summary>
internal static class CelNumbers
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;

    /// <summary>Whether it is an int, uint or double.</summary>
    public static bool IsNumber(CelValue value) => value.Kind is CelKind.Int or CelKind.Uint or CelKind.Double;

    /// <summary>The order of two numbers on the number line, without rounding; null where either is NaN.</summary>
    public static int? CompareExactly(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => a.Value.CompareTo(b.Value),
        (CelUint a, CelUint b) => a.Value.CompareTo(b.Value),
        (CelInt a, CelUint b) => a.Value < 0 ? -1 : ((ulong)a.Value).CompareTo(b.Value),
        (CelUint, CelInt) => -CompareExactly(right, left),
        (CelDouble a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        (CelInt a, CelDouble b) => Compare(a.Value, b.Value),
        (CelUint a, CelDouble b) => Compare(a.Value, b.Value),
        (CelDouble, CelInt or CelUint) => -CompareExactly(right, left),
        _ => throw new ArgumentException($"{left.Kind} and {right.Kind} are not both numbers"),
    };

    /// <summary>
    /// The order of two numbers as the operators have it; null where either is NaN. An integer is rounded to a double before it is
    /// compared with one: comparisons.textproto of google/cel-spec (not_lt_dyn_int_big_lossy_double and its likes) expects
    /// 9223372036854775807 not to be below 9223372036854775808.0.
    /// </summary>
    public static int? CompareAsOperators(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        (CelUint a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        (CelDouble a, CelInt b) => CompareDoubles(a.Value, b.Value),
        (CelDouble a, CelUint b) => CompareDoubles(a.Value, b.Value),
        _ => CompareExactly(left, right),
    };

    private static int? CompareDoubles(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left < right ? -1 : left > right ? 1 : 0;

    private static int? Compare(long left, double right)
    {
        if (double.IsNaN(right))
        {
            return null;
        }

        if (right >= TwoTo63 || right < -TwoTo63)
        {
            return right > 0 ? -1 : 1;
        }

        // Truncating a double inside the range loses the fraction alone.
        double whole = Math.Truncate(right);
        int order = left.CompareTo((long)whole);
        return order != 0 ? order : -Math.Sign(right - whole);
    }

    private static int? Compare(ulong left, double right)
    {
        if (double.IsNaN(right))
        {
            return null;
        }

        if (right >= TwoTo64 || right < 0)
        {
            return right > 0 ? -1 : 1;
        }

        double whole = Math.Truncate(right);
        int order = left.CompareTo((ulong)whole);
        return order != 0 ? order : -Math.Sign(right - whole);
    }
}
