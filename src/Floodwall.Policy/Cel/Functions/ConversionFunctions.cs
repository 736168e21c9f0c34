using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Conversions between types (langdef.md, "List of Standard Definitions"). What does not fit or does not parse is an error.</summary>
internal static class ConversionFunctions
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of("int", CelCostClass.Linear, ToInt),
        CelFunction.Of("uint", CelCostClass.Linear, ToUint),
        CelFunction.Of("double", CelCostClass.Linear, ToDouble),
        CelFunction.Of("bool", CelCostClass.Linear, ToBool),
        CelFunction.Of("string", CelCostClass.Linear, ToString),
        CelFunction.Of("bytes", CelCostClass.Linear, ToBytes),
        CelFunction.Of("timestamp", CelCostClass.Linear, ToTimestamp),
        CelFunction.Of("duration", CelCostClass.Linear, ToDuration),
        CelFunction.Of("dyn", CelCostClass.Constant, value => value),
        CelFunction.Of("type", CelCostClass.Constant, value => new CelTypeValue(value.TypeName)),
    ];

    private static CelValue? ToInt(CelValue value) => value switch
    {
        CelInt => value,
        CelUint v => v.Value <= long.MaxValue ? CelValue.Of((long)v.Value) : OutOfRange(value, CelTypeNames.Int),

        // Neither end: conversions.textproto (double_int_min_range) refuses even the double that is exactly the smallest int.
        CelDouble v => v.Value > -TwoTo63 && v.Value < TwoTo63 ? CelValue.Of((long)v.Value) : OutOfRange(value, CelTypeNames.Int),
        CelString v => long.TryParse(v.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? CelValue.Of(number)
            : NotOne(value, CelTypeNames.Int),
        CelTimestamp v => CelValue.Of(v.Seconds),
        _ => null,
    };

    private static CelValue? ToUint(CelValue value) => value switch
    {
        CelUint => value,
        CelInt v => v.Value >= 0 ? CelValue.Of((ulong)v.Value) : OutOfRange(value, CelTypeNames.Uint),
        CelDouble v => v.Value >= 0 && v.Value < TwoTo64 ? CelValue.Of((ulong)v.Value) : OutOfRange(value, CelTypeNames.Uint),
        CelString v => ulong.TryParse(v.Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? CelValue.Of(number)
            : NotOne(value, CelTypeNames.Uint),
        _ => null,
    };

    private static CelValue? ToDouble(CelValue value) => value switch
    {
        CelDouble => value,
        CelInt v => CelValue.Of((double)v.Value),
        CelUint v => CelValue.Of((double)v.Value),
        CelString v => DoubleText.TryParse(v.Value, out double number) ? CelValue.Of(number) : NotOne(value, CelTypeNames.Double),
        _ => null,
    };

    private static CelValue? ToBool(CelValue value) => value switch
    {
        CelBool => value,
        CelString { Value: "1" or "t" or "T" or "true" or "TRUE" or "True" } => CelBool.True,
        CelString { Value: "0" or "f" or "F" or "false" or "FALSE" or "False" } => CelBool.False,
        CelString => NotOne(value, CelTypeNames.Bool),
        _ => null,
    };

    private static CelValue? ToString(CelValue value)
    {
        switch (value)
        {
            case CelString:
                return value;
            case CelBytes bytes:
                try
                {
                    return CelValue.Of(StrictUtf8.GetString(bytes.Span));
                }
                catch (ArgumentException)
                {
                    return new CelError(CelErrorKind.InvalidArgument, "string: the bytes are invalid UTF-8");
                }

            case CelBool or CelInt or CelUint or CelDouble or CelDuration or CelTimestamp:
                return CelValue.Of(TextConversion.ToText(value));
            default:
                return null;
        }
    }

    private static CelValue? ToBytes(CelValue value) => value switch
    {
        CelBytes => value,
        CelString v => CelValue.Of(Encoding.UTF8.GetBytes(v.Value).AsSpan()),
        _ => null,
    };

    private static CelValue? ToTimestamp(CelValue value) => value switch
    {
        CelTimestamp => value,
        CelInt v => CelTimestamp.Checked((Int128)v.Value * CelDuration.NanosPerSecond),
        CelString v => TimestampText.Parse(v.Value),
        _ => null,
    };

    private static CelValue? ToDuration(CelValue value) => value switch
    {
        CelDuration => value,
        CelString v => DurationText.Parse(v.Value),
        _ => null,
    };

    private static CelError OutOfRange(CelValue value, string type) => new(CelErrorKind.Range, $"range error: {value} does not fit {type}");

    private static CelError NotOne(CelValue value, string type) => new(CelErrorKind.InvalidArgument, $"type conversion error: {value} is no {type}");
}
