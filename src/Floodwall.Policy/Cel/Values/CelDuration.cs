namespace Floodwall.Policy.Cel;

/// <summary>
/// A span of time in whole nanoseconds, about 292 years either way: the range of Go's time.Duration, which the conformance tests of
/// google/cel-spec (timestamps, timestamp_range) rest on.
/// </summary>
public sealed class CelDuration : CelValue
{
    /// <summary>Nanoseconds in a second.</summary>
    public const long NanosPerSecond = 1_000_000_000;

    /// <summary>A span of so many nanoseconds.</summary>
    public CelDuration(long nanoseconds) => Nanoseconds = nanoseconds;

    /// <summary>The whole span.</summary>
    public long Nanoseconds { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Duration;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Duration;

    /// <summary>A span, or an error where it is out of range.</summary>
    internal static CelValue Checked(Int128 nanoseconds) => nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
        ? new CelDuration((long)nanoseconds)
        : new CelError(CelErrorKind.Range, "duration out of range: it must fit 64 bits of nanoseconds, about 292 years");
}
