namespace Floodwall.Policy.Cel;

/// <summary><c>+ - * / %</c> and negation. Integers are checked: what overflows is an error, never wrapped.</summary>
internal static class ArithmeticFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of(Operators.Add, CelCostClass.Linear, Add),
        CelFunction.Of(Operators.Subtract, CelCostClass.Constant, Subtract),
        CelFunction.Of(Operators.Multiply, CelCostClass.Constant, Multiply),
        CelFunction.Of(Operators.Divide, CelCostClass.Constant, Divide),
        CelFunction.Of(Operators.Modulo, CelCostClass.Constant, Modulo),
        CelFunction.Of(Operators.Negate, CelCostClass.Constant, Negate),
    ];

    private static CelValue? Add(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => Int((Int128)a.Value + b.Value),
        (CelUint a, CelUint b) => Uint((Int128)a.Value + b.Value),
        (CelDouble a, CelDouble b) => CelValue.Of(a.Value + b.Value),
        (CelString a, CelString b) => a.Value.Length + b.Value.Length > CelFunctions.MaxLength
            ? CelFunctions.TooLong(Operators.Add)
            : CelValue.Of(a.Value + b.Value),
        (CelBytes a, CelBytes b) => a.Span.Length + b.Span.Length > CelFunctions.MaxLength
            ? CelFunctions.TooLong(Operators.Add)
            : CelValue.Of((ReadOnlySpan<byte>)[.. a.Span, .. b.Span]),
        (CelList a, CelList b) => new CelList(a.Elements.AddRange(b.Elements)),
        (CelDuration a, CelDuration b) => CelDuration.Checked((Int128)a.Nanoseconds + b.Nanoseconds),
        (CelTimestamp a, CelDuration b) => CelTimestamp.Checked(a.TotalNanos + b.Nanoseconds),
        (CelDuration a, CelTimestamp b) => CelTimestamp.Checked(b.TotalNanos + a.Nanoseconds),
        _ => null,
    };

    private static CelValue? Subtract(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => Int((Int128)a.Value - b.Value),
        (CelUint a, CelUint b) => Uint((Int128)a.Value - b.Value),
        (CelDouble a, CelDouble b) => CelValue.Of(a.Value - b.Value),
        (CelDuration a, CelDuration b) => CelDuration.Checked((Int128)a.Nanoseconds - b.Nanoseconds),
        (CelTimestamp a, CelDuration b) => CelTimestamp.Checked(a.TotalNanos - b.Nanoseconds),
        (CelTimestamp a, CelTimestamp b) => CelDuration.Checked(a.TotalNanos - b.TotalNanos),
        _ => null,
    };

    private static CelValue? Multiply(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => Int((Int128)a.Value * b.Value),
        (CelUint a, CelUint b) => (UInt128)a.Value * b.Value is var product && product <= ulong.MaxValue ? CelValue.Of((ulong)product) : Overflow(),
        (CelDouble a, CelDouble b) => CelValue.Of(a.Value * b.Value),
        _ => null,
    };

    private static CelValue? Divide(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt, CelInt { Value: 0 }) or (CelUint, CelUint { Value: 0 }) => new CelError(CelErrorKind.DivideByZero, "divide by zero"),
        (CelInt a, CelInt b) => Int((Int128)a.Value / b.Value),
        (CelUint a, CelUint b) => CelValue.Of(a.Value / b.Value),
        (CelDouble a, CelDouble b) => CelValue.Of(a.Value / b.Value),
        _ => null,
    };

    private static CelValue? Modulo(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt, CelInt { Value: 0 }) or (CelUint, CelUint { Value: 0 }) => new CelError(CelErrorKind.DivideByZero, "modulus by zero"),
        (CelInt { Value: long.MinValue }, CelInt { Value: -1 }) => Overflow(),
        (CelInt a, CelInt b) => CelValue.Of(a.Value % b.Value),
        (CelUint a, CelUint b) => CelValue.Of(a.Value % b.Value),
        _ => null,
    };

    private static CelValue? Negate(CelValue operand) => operand switch
    {
        CelInt a => Int(-(Int128)a.Value),
        CelDouble a => CelValue.Of(-a.Value),
        _ => null,
    };

    private static CelValue Int(Int128 value) => value >= long.MinValue && value <= long.MaxValue ? CelValue.Of((long)value) : Overflow();

    private static CelValue Uint(Int128 value) => value >= 0 && value <= ulong.MaxValue ? CelValue.Of((ulong)value) : Overflow();

    private static CelError Overflow() => new(CelErrorKind.Range, "integer overflow: the result does not fit 64 bits");
}
