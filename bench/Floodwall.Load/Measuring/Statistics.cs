namespace Floodwall.Load.Measuring;

/// <summary>Median and spread of a handful of runs. The median absolute deviation is not thrown off by one bad run.</summary>
internal sealed record Statistics(double Median, double Min, double Max, double MedianAbsoluteDeviation)
{
    public static Statistics Of(IReadOnlyCollection<double> values)
    {
        double median = MedianOf(values);
        return new Statistics(median, values.Min(), values.Max(), MedianOf([.. values.Select(value => Math.Abs(value - median))]));
    }

    private static double MedianOf(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
