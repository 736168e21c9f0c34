namespace Floodwall.Load.Measuring;

/// <summary>
/// Two interleaved series against each other, round by round: whatever slowed the machine down in a round slowed both, so the ratios
/// spread less than either series.
/// </summary>
internal static class PairedRatio
{
    /// <summary>Median and spread of (ns of <paramref name="one"/>) ÷ (ns of <paramref name="other"/>) over the counted rounds.</summary>
    /// <exception cref="ArgumentException">The two were not run equally often, or not at all.</exception>
    public static Statistics Of(Series one, Series other) =>
        one.Runs.Count == other.Runs.Count && one.Runs.Count > 0
            ? Statistics.Of([.. one.Runs.Zip(other.Runs, (a, b) => a.Nanoseconds / b.Nanoseconds)])
            : throw new ArgumentException($"{one.Name} has {one.Runs.Count} runs, {other.Name} {other.Runs.Count}: rounds of both expected");
}
