using System.Globalization;

namespace Floodwall.Load.Reporting;

/// <summary>Figures as text: three or four digits, no locale.</summary>
internal static class Figures
{
    public static string Of(double value) => value switch
    {
        0 => "0",
        < 0 => "-" + Of(-value),
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000000", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.'),
    };

    /// <summary>A change as a ratio of new to old; an em dash where there is no old one.</summary>
    public static string Ratio(double now, double? before) =>
        before is { } old && old > 0 ? string.Create(CultureInfo.InvariantCulture, $"×{now / old:0.00}") : "—";

    public static string Rate(double perSecond) => perSecond >= 1e6 ? $"{Of(perSecond / 1e6)} M" : $"{Of(perSecond / 1e3)} k";
}
