namespace Floodwall.Policy.Cel;

/// <summary>
/// Parts of timestamps and durations. A timestamp's take a time zone: <c>UTC</c>, an offset such as <c>-09:30</c>, or a name of the IANA
/// database, which the machine provides. A duration's are the whole of it in that unit, but the milliseconds are those of its last second.
/// </summary>
internal static class TimeFunctions
{
    private const long NanosPerMilli = 1_000_000;

    public static IEnumerable<CelFunction> All { get; } =
    [
        .. Accessor("getFullYear", (at, _) => at.Year),
        .. Accessor("getMonth", (at, _) => at.Month - 1),
        .. Accessor("getDate", (at, _) => at.Day),
        .. Accessor("getDayOfMonth", (at, _) => at.Day - 1),
        .. Accessor("getDayOfWeek", (at, _) => at.DayOfWeek),
        .. Accessor("getDayOfYear", (at, _) => at.DayOfYear),
        .. Accessor("getHours", (at, _) => at.Hour, nanos => nanos / (3600 * CelDuration.NanosPerSecond)),
        .. Accessor("getMinutes", (at, _) => at.Minute, nanos => nanos / (60 * CelDuration.NanosPerSecond)),
        .. Accessor("getSeconds", (at, _) => at.Second, nanos => nanos / CelDuration.NanosPerSecond),
        .. Accessor("getMilliseconds", (_, nanos) => nanos / NanosPerMilli, nanos => nanos % CelDuration.NanosPerSecond / NanosPerMilli),
    ];

    private static IEnumerable<CelFunction> Accessor(string name, Func<CivilTime, int, long> part, Func<long, long>? ofDuration = null)
    {
        yield return CelFunction.Method(name, CelCostClass.Constant, receiver => receiver switch
        {
            CelTimestamp at => CelValue.Of(part(CivilTime.At(at.Seconds), at.Nanos)),
            CelDuration duration when ofDuration is not null => CelValue.Of(ofDuration(duration.Nanoseconds)),
            _ => null,
        });
        yield return CelFunction.Method(name, CelCostClass.Linear, (receiver, zone) => (receiver, zone) switch
        {
            (CelTimestamp at, CelString { Value: var text }) => TimeZones.TryGetOffset(text, at.Seconds, out long offset)
                ? CelValue.Of(part(CivilTime.At(at.Seconds + offset), at.Nanos))
                : new CelError(
                    CelErrorKind.InvalidArgument, $"unknown time zone {zone}: expected UTC, an offset such as -09:30, or a name such as Europe/Paris"),
            _ => null,
        });
    }
}
