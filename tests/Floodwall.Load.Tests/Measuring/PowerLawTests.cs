using Floodwall.Load.Measuring;

namespace Floodwall.Load.Tests.Measuring;

public sealed class PowerLawTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(2.3)]
    public void Points_on_a_power_law_give_its_exponent_and_factor(double slope)
    {
        PowerLaw line = PowerLaw.Through([.. new double[] { 10, 100, 1000, 1e6, 1e7 }.Select(x => (x, 37 * Math.Pow(x, slope)))]);
        Assert.Equal(slope, line.Slope, 9);
        Assert.Equal(37, line.Factor, 6);
        Assert.Equal(1, line.Fit, 9);
    }

    [Fact]
    public void Least_squares_as_worked_out_by_hand()
    {
        // In powers of e: (0, 0), (1, 2), (2, 1). Means 1 and 1; xx = 2, xy = 1, yy = 2.
        PowerLaw line = PowerLaw.Through([(1, 1), (Math.E, Math.Exp(2)), (Math.Exp(2), Math.E)]);
        Assert.Equal(0.5, line.Slope, 12);
        Assert.Equal(Math.Exp(0.5), line.Factor, 12);
        Assert.Equal(0.25, line.Fit, 12);
    }

    [Fact]
    public void What_has_no_line_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PowerLaw.Through([(10, 5)]));
        Assert.Throws<ArgumentException>(() => PowerLaw.Through([(10, 5), (10, 6)]));
        Assert.Throws<ArgumentException>(() => PowerLaw.Through([(10, 5), (0, 6)]));
        Assert.Throws<ArgumentException>(() => PowerLaw.Through([(10, 5), (20, double.NaN)]));
        Assert.Throws<ArgumentException>(() => PowerLaw.Through([(10, 5), (double.PositiveInfinity, 6)]));
    }
}
