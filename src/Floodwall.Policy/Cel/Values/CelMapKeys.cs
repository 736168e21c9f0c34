namespace Floodwall.Policy.Cel;

/// <summary>The total order of the keys of maps: false, true, numbers by their exact value, strings by code points.</summary>
internal static class CelMapKeys
{
    /// <summary>Whether a map could hold it, or a number equal to it.</summary>
    public static bool CanBeLookedUp(CelValue key) => key.Kind is CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.String
        || (key is CelDouble number && !double.IsNaN(number.Value));

    /// <summary>Negative, zero or positive. Both must pass <see cref="CanBeLookedUp"/>.</summary>
    public static int Compare(CelValue left, CelValue right)
    {
        int byRank = Rank(left).CompareTo(Rank(right));
        return byRank != 0 ? byRank : (left, right) switch
        {
            (CelBool a, CelBool b) => a.Value.CompareTo(b.Value),
            (CelString a, CelString b) => CelText.Compare(a.Value, b.Value),
            _ => CelNumbers.CompareExactly(left, right)!.Value,
        };
    }

    private static int Rank(CelValue key) => key.Kind switch
    {
        CelKind.Bool => 0,
        CelKind.String => 2,
        _ => 1,
    };
}
