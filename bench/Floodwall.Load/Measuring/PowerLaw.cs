namespace Floodwall.Load.Measuring;

/// <summary>
/// The straight line through a curve on log-log axes: y ≈ factor × x^slope, by least squares. Slope 0 is a cost that does not depend
/// on x, 1 one that doubles with it.
/// </summary>
/// <param name="Slope">The exponent.</param>
/// <param name="Factor">y at x = 1.</param>
/// <param name="Fit">R², the share of the variance that the line explains: 1 for points on a line; 1 also where y does not vary.</param>
internal readonly record struct PowerLaw(double Slope, double Factor, double Fit)
{
    /// <exception cref="ArgumentException">Fewer than two different x, or a coordinate that is not positive and finite.</exception>
    public static PowerLaw Through(IReadOnlyCollection<(double X, double Y)> points)
    {
        if (points.Any(point => !(point.X > 0 && point.Y > 0 && double.IsFinite(point.X) && double.IsFinite(point.Y))))
        {
            throw new ArgumentException("every coordinate has to be positive and finite to have a logarithm", nameof(points));
        }

        double[] x = [.. points.Select(point => Math.Log(point.X))];
        double[] y = [.. points.Select(point => Math.Log(point.Y))];
        if (x.Distinct().Count() < 2)
        {
            throw new ArgumentException("at least two points with different x expected", nameof(points));
        }

        double meanX = x.Average();
        double meanY = y.Average();
        double xx = x.Sum(one => (one - meanX) * (one - meanX));
        double xy = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum();
        double yy = y.Sum(one => (one - meanY) * (one - meanY));
        double slope = xy / xx;

        // Differences of rounding size alone are no variance.
        double fit = yy <= 1e-24 * y.Length ? 1 : xy * xy / (xx * yy);
        return new PowerLaw(slope, Math.Exp(meanY - (slope * meanX)), fit);
    }
}
