namespace Floodwall.Policy.Cel;

/// <summary>Optional values, as cel-go's optional types define them.</summary>
internal static class OptionalFunctions
{
    /// <summary><c>a.or(b)</c>: called by the evaluator, which evaluates b only where it is needed.</summary>
    public const string Or = "or";

    /// <summary><c>a.orValue(b)</c>: called by the evaluator, which evaluates b only where it is needed.</summary>
    public const string OrValue = "orValue";

    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of("optional.of", CelCostClass.Constant, CelOptional.Some),
        CelFunction.Of(
            "optional.ofNonZeroValue", CelCostClass.Constant, value => IsZero(value) ? CelOptional.None : CelOptional.Some(value)),
        new CelFunction("optional.none", false, 0, CelCostClass.Constant, (_, _) => CelOptional.None),
        CelFunction.Of("optional.unwrap", CelCostClass.Linear, Unwrap),
        CelFunction.Method("unwrapOpt", CelCostClass.Linear, Unwrap),
        CelFunction.Method(
            "hasValue", CelCostClass.Constant, value => value is CelOptional optional ? CelValue.Of(optional.Value is not null) : null),
        CelFunction.Method("value", CelCostClass.Constant, value => value is not CelOptional optional
            ? null
            : optional.Value ?? new CelError(CelErrorKind.InvalidArgument, "optional.none() has no value")),
    ];

    /// <summary>Null, false, zero, empty, an empty optional, no time at all, or 1970-01-01T00:00:00Z.</summary>
    private static bool IsZero(CelValue value) => value switch
    {
        CelNull => true,
        CelBool v => !v.Value,
        CelInt v => v.Value == 0,
        CelUint v => v.Value == 0,
        CelDouble v => v.Value == 0,
        CelString v => v.Value.Length == 0,
        CelBytes v => v.Span.IsEmpty,
        CelDuration v => v.Nanoseconds == 0,
        CelTimestamp v => v.Seconds == 0 && v.Nanos == 0,
        CelList v => v.Elements.IsEmpty,
        CelMap v => v.Entries.IsEmpty,
        CelOptional v => v.Value is null,
        _ => false,
    };

    /// <summary>The values of a list of optionals, without those that are none.</summary>
    private static CelValue? Unwrap(CelValue value) => value is CelList list && list.Elements.All(element => element is CelOptional)
        ? new CelList(list.Elements.Select(element => ((CelOptional)element).Value).OfType<CelValue>())
        : null;
}
