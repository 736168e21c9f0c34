namespace Floodwall.Policy;

/// <summary>Ticks as wall time.</summary>
internal static class TickTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The time of a tick; false where it lies beyond what can be counted.</summary>
    public static bool TryFrom(TickClock clock, ulong tick, out long seconds, out int nanoseconds)
    {
        ulong whole = tick / clock.PerSecond;
        nanoseconds = (int)((UInt128)(tick % clock.PerSecond) * NanosecondsPerSecond / clock.PerSecond);
        Int128 since1970 = clock.UnixSecondsAtZero + (Int128)whole;
        seconds = (long)since1970;
        return seconds == since1970;
    }
}
