namespace Floodwall.Policy.Cel;

/// <summary>Points and lengths of time (langdef.md, "List of Standard Definitions").</summary>
internal static class CelTimeLibrary
{
    /// <summary>The parts of a date, and the part of the overload's id that names them.</summary>
    private static readonly (string Name, string Id, bool OfDuration)[] Accessors =
    [
        ("getFullYear", "year", false),
        ("getMonth", "month", false),
        ("getDayOfYear", "day_of_year", false),
        ("getDayOfMonth", "day_of_month", false),
        ("getDate", "day_of_month_1_based", false),
        ("getDayOfWeek", "day_of_week", false),
        ("getHours", "hours", true),
        ("getMinutes", "minutes", true),
        ("getSeconds", "seconds", true),
        ("getMilliseconds", "milliseconds", true),
    ];

    public static IEnumerable<CelFunctionDeclaration> Functions() =>
    [
        CelStandardLibrary.Function("timestamp", CelCostClass.Linear,
            "string_to_timestamp (string) -> timestamp", "int64_to_timestamp (int) -> timestamp",
            "timestamp_to_timestamp (timestamp) -> timestamp"),
        CelStandardLibrary.Function("duration", CelCostClass.Linear,
            "string_to_duration (string) -> duration", "duration_to_duration (duration) -> duration"),
        .. Accessors.Select(accessor => CelStandardLibrary.Function(accessor.Name, CelCostClass.Constant, [
            $"timestamp_to_{accessor.Id} timestamp.() -> int",
            $"timestamp_to_{accessor.Id}_with_tz timestamp.(string) -> int",
            .. accessor.OfDuration ? (string[])[$"duration_to_{accessor.Id} duration.() -> int"] : []])),
    ];
}
