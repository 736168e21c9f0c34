using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Floodwall.Load.Measuring;

/// <summary>
/// Counts of values in buckets whose width grows with the value, as in Gil Tene's HdrHistogram: each power of two is cut into 128
/// equal buckets, so that what is read back is at most 1/128 (0.8 %) above what was recorded, over the whole range of
/// <see cref="long"/>. 58 KB whatever is recorded; recording allocates nothing.
/// </summary>
/// <remarks>One thread at a time records; others read when it is done.</remarks>
internal sealed class LatencyHistogram
{
    /// <summary>Bits of a value that are kept below its leading one.</summary>
    public const int PrecisionBits = 7;

    // The leading bit of a positive long is bit 62 at most.
    private const int Buckets = (62 - PrecisionBits + 2) << PrecisionBits;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Values recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value, exact; 0 where there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The smallest value, exact; <see cref="long.MaxValue"/> where there is none.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>Takes in one value.</summary>
    /// <param name="value">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative: something was answered before it was asked.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(long value)
    {
        if (value < 0)
        {
            RefuseNegative(value);
        }

        _counts[BucketOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
        Min = Math.Min(Min, value);
    }

    /// <summary>Takes in everything that another one holds.</summary>
    public void Merge(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Max = Math.Max(Max, other.Max);
        Min = Math.Min(Min, other.Min);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Max, Min) = (0, 0, long.MaxValue);
    }

    /// <summary>
    /// The value that a share of all values does not exceed (nearest rank), rounded up to the end of its bucket and never above
    /// <see cref="Max"/>.
    /// </summary>
    /// <param name="share">0 to 1; 0.99 for the 99th percentile, 1 for the maximum.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">Nothing was recorded.</exception>
    public long Percentile(double share)
    {
        if (!(share is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "0 to 1 expected");
        }

        if (Count == 0)
        {
            throw new InvalidOperationException("nothing was recorded, so there is no percentile");
        }

        // 0.999 × 1000 is a little more than 999 in binary; that must not become rank 1000.
        long rank = Math.Clamp((long)Math.Ceiling(share * Count * (1 - 1e-14)), 1, Count);
        long seen = 0;
        int bucket = -1;
        while (seen < rank)
        {
            seen += _counts[++bucket];
        }

        return Math.Min(UpperEndOf(bucket), Max);
    }

    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value | 1) - PrecisionBits);
        return (shift << PrecisionBits) + (int)(value >> shift);
    }

    // The two lowest powers of two hold single values; above them bucket numbers go on without a gap.
    private static long UpperEndOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> PrecisionBits) - 1);
        long within = bucket - (shift << PrecisionBits);
        return unchecked(((within + 1) << shift) - 1);
    }

    [DoesNotReturn]
    private static void RefuseNegative(long value) =>
        throw new ArgumentOutOfRangeException(nameof(value), value, "a time of 0 or more expected: answered before it was asked");
}
