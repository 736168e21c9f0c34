using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>Scalars as <c>string(x)</c> gives them.</summary>
internal static class TextConversion
{
    /// <summary>The text of a null, bool, number, duration or timestamp.</summary>
    public static string ToText(CelValue value) => value switch
    {
        CelNull => "null",
        CelBool v => v.Value ? "true" : "false",
        CelInt v => v.Value.ToString(CultureInfo.InvariantCulture),
        CelUint v => v.Value.ToString(CultureInfo.InvariantCulture),
        CelDouble v => DoubleText.Shortest(v.Value),
        CelDuration v => DurationText.Print(v),
        CelTimestamp v => TimestampText.Print(v),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.Kind, "has no text of its own"),
    };
}
