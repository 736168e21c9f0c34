using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>
/// Finds the stalls of a thread that reads the clock all the time, and divides their time by who had the core: another thread of this
/// system (the kernel counted no time for this one, and switched), the host of a virtual machine (it counted none and did not switch;
/// only where the host tells), or this thread itself and the interrupts on it. Asks the kernel at stalls only. Allocates nothing.
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

    /// <summary>Whether the kernel can be asked; else all but <see cref="Count"/> and <see cref="Total"/> stays 0.</summary>
    public bool CanDivide => _latest is not null;

    /// <summary>Stalls so far.</summary>
    public long Count { get; private set; }

    /// <summary>Time of all stalls, in timestamps.</summary>
    public long Total { get; private set; }

    /// <summary>The part of <see cref="Total"/> in which another thread of this system had the core.</summary>
    public long OtherThreads { get; private set; }

    /// <summary>The part of <see cref="Total"/> in which nobody of this system had it.</summary>
    public long Host { get; private set; }

    /// <summary>Times the core was taken from the thread between <see cref="Start"/> and <see cref="Stop"/>.</summary>
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

    /// <summary>Ends; on the thread that is watched.</summary>
    public void Stop()
    {
        if (_usage() is { } usage)
        {
            _latest = usage;
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
        long lost = Math.Clamp(now - _askedAt - onCore, 0, gap);
        if (usage.Taken + usage.Given > before.Taken + before.Given)
        {
            OtherThreads += lost;
        }
        else
        {
            Host += lost;
        }

        _latest = usage;
        _askedAt = now;
    }
}
