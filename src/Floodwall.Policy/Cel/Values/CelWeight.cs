namespace Floodwall.Policy.Cel;

/// <summary>Sums of weights, and what may stand inside another value.</summary>
internal static class CelWeight
{
    /// <summary>The sum, held at the largest number where it would pass it.</summary>
    public static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;

    /// <summary>The product of two numbers that are not negative, held at the largest number where it would pass it.</summary>
    public static long Product(long left, long right) => left != 0 && right > long.MaxValue / left ? long.MaxValue : left * right;

    /// <exception cref="ArgumentException">It is an error or an unknown.</exception>
    public static void RequireValue(CelValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsErrorOrUnknown)
        {
            throw new ArgumentException($"an {value.Kind} cannot stand inside another value", nameof(value));
        }
    }
}
