using Floodwall.Policy.Compilation;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>Waits as docs/policies.md states them: each multiplication rounded up by itself.</summary>
public sealed class WaitTests
{
    [Theory]
    [InlineData(ShapeAlgorithm.Fixed, 7, 1_000_000, 100, 900_000, 7)]
    [InlineData(ShapeAlgorithm.Linear, 5, 1_500_000, 100, 0, 5)]
    [InlineData(ShapeAlgorithm.Linear, 5, 1_500_000, 100, 500_000, 5)]
    [InlineData(ShapeAlgorithm.Linear, 5, 1_500_000, 100, 900_000, 8)]
    [InlineData(ShapeAlgorithm.Linear, 5, 1_500_000, 100, 1_000_000, 8)]
    [InlineData(ShapeAlgorithm.Linear, 100, 20_000_000, 2000, 1_000_000, 2000)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 1_500_000, 900, 99_999, 5)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 1_500_000, 900, 100_000, 8)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 1_500_000, 900, 200_000, 12)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 1_500_000, 900, 300_000, 18)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 2_000_000, 5000, 900_000, 2560)]
    [InlineData(ShapeAlgorithm.Exponential, 5, 2_000_000, 5000, 1_000_000, 5000)]
    [InlineData(ShapeAlgorithm.Exponential, ulong.MaxValue, 1_000_000_000_000, ulong.MaxValue, 1_000_000, ulong.MaxValue)]
    public void Waits_grow_as_documented(ShapeAlgorithm algorithm, ulong wait, long factorMicros, ulong max, long pressure, ulong expected) =>
        Assert.Equal(expected, RuleOutcome.Wait(new ShapeParameters(algorithm, wait, factorMicros, max), pressure));
}
