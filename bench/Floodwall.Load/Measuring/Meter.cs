using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>Clock, garbage collections and allocations from one moment on.</summary>
internal readonly struct Meter
{
    private readonly int _gen0;
    private readonly int _gen1;
    private readonly int _gen2;
    private readonly long _allocated;
    private readonly long _started;

    private Meter(int gen0, int gen1, int gen2, long allocated, long started)
    {
        _gen0 = gen0;
        _gen1 = gen1;
        _gen2 = gen2;
        _allocated = allocated;
        _started = started;
    }

    public static Meter Start() => new(
        GC.CollectionCount(0),
        GC.CollectionCount(1),
        GC.CollectionCount(2),
        GC.GetTotalAllocatedBytes(precise: true),
        Stopwatch.GetTimestamp());

    /// <summary>The reading up to now, or between timestamps that other threads took.</summary>
    public Reading Stop(string series, long operations, long? from = null, long? until = null)
    {
        long now = Stopwatch.GetTimestamp();

        // Before the reading itself is allocated.
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        return new Reading
        {
            Series = series,
            Operations = operations,
            Seconds = Stopwatch.GetElapsedTime(from ?? _started, until ?? now).TotalSeconds,
            AllocatedBytes = allocated,
            Gen0 = GC.CollectionCount(0) - _gen0,
            Gen1 = GC.CollectionCount(1) - _gen1,
            Gen2 = GC.CollectionCount(2) - _gen2,
        };
    }
}
