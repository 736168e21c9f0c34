using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>
/// Finds the stalls of a thread that reads the clock all the time, and divides their time by who had the core: another thread of this
/// system (the kernel counted no time for this one), or nobody else that this system knows of, which is this thread's own work, an
/// interrupt, or the host of a virtual machine. Asks the kernel at stalls only. Allocates nothing.
/// </summary>
/// <param name="usage">Asks for the thread's usage; null for the kernel's figures.</param>
internal sealed class StallMeter(Func<ThreadUsage?>? usage = null)
{
    /// <summary>From here on a gap between two readings of the clock is a stall.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMicroseconds(50);

    private static readonly long LeastTicks = (long)(Least.TotalSeconds * Stopwatch.Frequency);

    private readonly Func<ThreadUsage?> _usage = usage ?? ThreadUsage.Read;
    private long _last;
    private long _askedAt;
    private ThreadUsage? _first;
    private ThreadUsage? _latest;

    /// <summary>Stalls so far.</summary>
    public long Count { get; private set; }

    /// <summary>Time of all stalls, in timestamps.</summary>
    public long Total { get; private set; }

    /// <summary>The part of <see cref="Total"/> in which another thread had the core; 0 where the kernel cannot be asked.</summary>
    public long OffCore { get; private set; }

    /// <summary>Times the core was taken from the thread meanwhile; 0 where the kernel cannot be asked.</summary>
    public long Taken => _latest?.Taken - _first?.Taken ?? 0;

    /// <summary>Begins; on the thread that is watched.</summary>
    public void Start(long now)
    {
        _first = _latest = _usage();
        _last = _askedAt = now;
    }

    /// <summary>The thread has read the clock.</summary>
    public void Tick(long now)
    {
        long gap = now - _last;
        _last = now;
        if (gap >= LeastTicks)
        {
            Stalled(now, gap);
        }
    }

    private void Stalled(long now, long gap)
    {
        Count++;
        Total += gap;
        if (_latest is not { } before || _usage() is not { } usage)
        {
            return;
        }

        // What was lost in gaps too short to count is taken to be this one's, at most all of it.
        long onCore = (long)((usage.Processor - before.Processor).TotalSeconds * Stopwatch.Frequency);
        OffCore += Math.Clamp(now - _askedAt - onCore, 0, gap);
        _latest = usage;
        _askedAt = now;
    }
}
