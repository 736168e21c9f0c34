using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

public sealed class PairedRatioTests
{
    [Fact]
    public void Rounds_are_compared_with_themselves()
    {
        // The machine got three times slower in the second round; one stays twice as slow as the other.
        Statistics ratio = PairedRatio.Of(Series("a", 20, 60, 20), Series("b", 10, 30, 10));
        Assert.Equal((2, 2, 2), (ratio.Median, ratio.Min, ratio.Max));
    }

    [Fact]
    public void Series_of_different_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PairedRatio.Of(Series("a", 1, 2), Series("b", 1)));
        Assert.Throws<ArgumentException>(() => PairedRatio.Of(Series("a"), Series("b")));
    }

    private static Series Series(string name, params double[] nanoseconds) =>
        new(name) { Runs = [.. nanoseconds.Select(ns => new Reading { Series = name, Operations = 1000, Seconds = ns * 1e-6 })] };
}
