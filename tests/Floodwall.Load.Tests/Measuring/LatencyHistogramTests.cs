using Floodwall.Load.Measuring;
using Floodwall.Tests;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Load.Tests.Measuring;

[Collection(nameof(Alone))]
public sealed class LatencyHistogramTests
{
    private static readonly double[] Shares = [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    [Fact]
    public void Percentiles_are_those_of_the_sorted_values_within_the_precision()
    {
        Gen<long> value = Gen.OneOf(
            Gen.Choose(0, 300).Select(small => (long)small),
            Gen.Choose(0, int.MaxValue).Select(middle => (long)middle),
            Gen.Choose(0, 62).SelectMany(bit => Gen.Choose(-2, 2).Select(off => Math.Max(0, (1L << bit) + off))),
            Gen.Constant(long.MaxValue));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(value.NonEmptyListOf().ToArbitrary(), values =>
        {
            LatencyHistogram histogram = Of(values);
            long[] sorted = [.. values.Order()];
            foreach (double share in Shares)
            {
                RequireNear(NearestRank(sorted, share), histogram.Percentile(share));
            }

            Assert.Equal(sorted[0], histogram.Min);
            Assert.Equal(sorted[^1], histogram.Max);
            Assert.Equal(sorted[^1], histogram.Percentile(1));
            Assert.Equal(sorted.Length, histogram.Count);
        }));
    }

    [Fact]
    public void A_large_skewed_sample_keeps_its_tail()
    {
        Random random = new(7);
        long[] values = [.. Enumerable.Range(0, 200_000).Select(_ => (long)(1000 / Math.Pow(1 - random.NextDouble(), 1.5)))];
        LatencyHistogram histogram = Of(values);
        Array.Sort(values);
        foreach (double share in Shares)
        {
            RequireNear(NearestRank(values, share), histogram.Percentile(share));
        }
    }

    [Fact]
    public void Small_values_are_exact()
    {
        LatencyHistogram histogram = Of(Enumerable.Range(0, 256).Select(i => (long)i));
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(i, histogram.Percentile((i + 1) / 256.0));
        }
    }

    [Fact]
    public void A_rank_that_is_whole_is_not_rounded_up_by_binary_fractions()
    {
        // 0.999 × 1000 in binary lies above 999.
        LatencyHistogram histogram = Of([.. Enumerable.Repeat(1L, 999), 1_000_000]);
        Assert.Equal(1, histogram.Percentile(0.999));
        Assert.Equal(1_000_000, histogram.Percentile(0.9999));
    }

    [Fact]
    public void Merging_is_recording_everything_into_one()
    {
        Random random = new(3);
        long[] values = [.. Enumerable.Range(0, 5000).Select(_ => random.NextInt64(1L << random.Next(1, 60)))];
        LatencyHistogram merged = Of(values[..1700]);
        merged.Merge(Of(values[1700..]));
        merged.Merge(new LatencyHistogram());
        LatencyHistogram whole = Of(values);
        Assert.Equal((whole.Count, whole.Min, whole.Max), (merged.Count, merged.Min, merged.Max));
        Assert.All(Shares, share => Assert.Equal(whole.Percentile(share), merged.Percentile(share)));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        LatencyHistogram histogram = new();
        Record(histogram, 1000);
        using NoCollection exact = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Record(histogram, 100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Record(LatencyHistogram histogram, int count)
        {
            for (int i = 0; i < count; i++)
            {
                histogram.Record((long)i * i * i);
            }
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        LatencyHistogram histogram = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Record(-1));
        Assert.Equal(0, histogram.Count);
        Assert.Throws<InvalidOperationException>(() => histogram.Percentile(0.5));
        histogram.Record(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(double.NaN));
    }

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        LatencyHistogram histogram = new();
        foreach (long value in values)
        {
            histogram.Record(value);
        }

        return histogram;
    }

    // In decimal, so that the ranks are those of the written fractions.
    private static long NearestRank(long[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling((decimal)share * sorted.Length), 1, sorted.Length) - 1];

    private static void RequireNear(long exact, long read)
    {
        Assert.True(read >= exact, $"{read} is below {exact}");
        Assert.True(read - exact <= exact >> LatencyHistogram.PrecisionBits, $"{read} is too far above {exact}");
    }
}
