namespace Floodwall.Policy.Compilation;

/// <summary>
/// The value of a condition: false, true, or unknown, where data are missing or an evaluation failed. Conjunction and disjunction are
/// Kleene's: what is decided by one side does not depend on the other.
/// </summary>
internal enum Truth : byte
{
    /// <summary>It does not hold.</summary>
    False = 0,

    /// <summary>Data are missing, or evaluating it failed.</summary>
    Unknown = 1,

    /// <summary>It holds.</summary>
    True = 2,
}

/// <summary>Kleene's operators; the order False &lt; Unknown &lt; True makes them minimum and maximum.</summary>
internal static class Truths
{
    public static Truth Of(bool value) => value ? Truth.True : Truth.False;

    public static Truth And(Truth left, Truth right) => left < right ? left : right;

    public static Truth Or(Truth left, Truth right) => left > right ? left : right;

    public static Truth Not(Truth value) => (Truth)(2 - (int)value);
}
