namespace Floodwall.Policy.Cel;

/// <summary>An instant from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, in nanoseconds.</summary>
public sealed class CelTimestamp : CelValue
{
    /// <summary>Seconds of the first instant, counted from 1970-01-01T00:00:00Z.</summary>
    public const long MinSeconds = -62_135_596_800;

    /// <summary>Seconds of the last instant's second.</summary>
    public const long MaxSeconds = 253_402_300_799;

    /// <summary>An instant.</summary>
    /// <param name="seconds">From 1970-01-01T00:00:00Z, rounded down.</param>
    /// <param name="nanos">Behind that second, 0 to 999 999 999.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside the years 1 to 9999, or the nanoseconds are no fraction of a second.</exception>
    public CelTimestamp(long seconds, int nanos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, MinSeconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, MaxSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(nanos);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(nanos, CelDuration.NanosPerSecond);
        Seconds = seconds;
        Nanos = nanos;
    }

    /// <summary>Seconds from 1970-01-01T00:00:00Z, rounded down.</summary>
    public long Seconds { get; }

    /// <summary>Nanoseconds behind that second, 0 to 999 999 999.</summary>
    public int Nanos { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Timestamp;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Timestamp;

    /// <summary>Nanoseconds from 1970-01-01T00:00:00Z.</summary>
    internal Int128 TotalNanos => ((Int128)Seconds * CelDuration.NanosPerSecond) + Nanos;

    /// <summary>An instant, or an error where it is out of range.</summary>
    internal static CelValue Checked(Int128 totalNanos)
    {
        Int128 nanos = totalNanos % CelDuration.NanosPerSecond;
        if (nanos < 0)
        {
            nanos += CelDuration.NanosPerSecond;
        }

        Int128 seconds = (totalNanos - nanos) / CelDuration.NanosPerSecond;
        return seconds < MinSeconds || seconds > MaxSeconds
            ? new CelError(CelErrorKind.Range, "timestamp out of range: it must be in the years 0001 to 9999")
            : new CelTimestamp((long)seconds, (int)nanos);
    }
}
