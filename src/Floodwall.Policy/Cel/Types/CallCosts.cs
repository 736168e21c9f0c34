namespace Floodwall.Policy.Cel;

/// <summary>The work of functions on top of their arguments', and the bounds of their results.</summary>
internal sealed class CallCosts(CelChecked expression, CostBounds bounds)
{
    /// <summary>The longest text that a number, bool or time is written as.</summary>
    private const long ScalarText = 64;

    public long Work(CallExpr call, CelFunctionReference? reference, IReadOnlyList<(CelSizes Size, CelType Type)> args)
    {
        if (reference is null || args.Count == 0)
        {
            return 0;
        }

        string name = reference.Function.Name;
        switch (name)
        {
            case "matches":
                int steps = expression.PatternOf(call)?.Steps ?? CelPatternLimits.Default.MaxSteps;
                return CelCostBound.Times(args[0].Size.Max, steps);
            case Operators.Equal or Operators.NotEqual or Operators.Less or Operators.LessOrEqual or Operators.Greater
                or Operators.GreaterOrEqual:
                // A comparison ends with the smaller of both.
                return args.Min(arg => bounds.Deep(arg.Size, arg.Type));
            case Operators.In when args.Count == 2 && args[1].Type.Kind != CelTypeKind.Map:
                CelType elementType = args[1].Type.Kind == CelTypeKind.List ? args[1].Type.Args[0] : CelType.Dyn;
                long element = bounds.Deep(bounds.Element(args[1].Size, args[1].Type), elementType);
                long compared = Math.Min(bounds.Deep(args[0].Size, args[0].Type), element);
                return CelCostBound.Times(args[1].Size.Max, CelCostBound.Add(compared, 1));
            case Operators.In:
                // A map's key is hashed over its whole length.
                return Sized(args[0]);
            case "startsWith" or "endsWith":
                return args.Min(arg => arg.Size.Max);
            case "size" when args[0].Type.Kind is CelTypeKind.List or CelTypeKind.Map:
                return 0;
            case "join" or "format":
                return Result(call, reference, args).Max;
        }

        CelCostClass grows = reference.Overloads.Max(overload => overload.Cost);
        return grows switch
        {
            CelCostClass.Constant => 0,
            CelCostClass.Linear => args.Aggregate(0L, (sum, arg) => CelCostBound.Add(sum, Sized(arg))),
            _ => args.Aggregate(1L, (product, arg) => CelCostBound.Times(product, Math.Max(Sized(arg), 1))),
        };
    }

    public CelSizes Result(CallExpr call, CelFunctionReference? reference, IReadOnlyList<(CelSizes Size, CelType Type)> args)
    {
        CelType type = expression.TypeOf(call);
        if (reference is null || args.Count == 0)
        {
            return bounds.OfType(type);
        }

        CelSizes first = args[0].Size;
        CelSizes Inner() => bounds.Element(first, args[0].Type);
        return reference.Function.Name switch
        {
            Operators.Add => Sum(type, first, args[1].Size),
            Operators.Index when args[0].Type.Kind == CelTypeKind.Optional =>
                new CelSizes(1, null, bounds.Element(Inner(), args[0].Type.Args[0])),
            Operators.Index => Inner(),
            Operators.OptionalIndex => new CelSizes(
                1, null, args[0].Type.Kind == CelTypeKind.Optional ? bounds.Element(Inner(), args[0].Type.Args[0]) : Inner()),
            "dyn" or "lowerAscii" or "upperAscii" or "substring" or "trim" or "reverse" => first,
            "string" when args[0].Type.Kind is CelTypeKind.String or CelTypeKind.Bytes => first,
            "string" => new CelSizes(Math.Max(first.Max, ScalarText)),
            "bytes" => new CelSizes(CelCostBound.Times(first.Max, 4)),
            "format" => new CelSizes(CelCostBound.Times(
                CelCostBound.Add(first.Max, 1), CelCostBound.Add(bounds.Deep(args[1].Size, args[1].Type), ScalarText))),
            "charAt" => CostBounds.Scalar,
            "strings.quote" => new CelSizes(CelCostBound.Add(CelCostBound.Times(first.Max, 2), 2)),
            "replace" when args.Count >= 3 =>
                new CelSizes(CelCostBound.Add(first.Max, CelCostBound.Times(CelCostBound.Add(first.Max, 1), args[2].Size.Max))),
            "split" => new CelSizes(CelCostBound.Add(first.Max, 1), null, first with { Element = null, Key = null }),
            "join" => new CelSizes(CelCostBound.Times(first.Max, CelCostBound.Add(Inner().Max, args.Count > 1 ? args[1].Size.Max : 0))),
            "optional.of" or "optional.ofNonZeroValue" => new CelSizes(1, null, first),
            "value" => Inner(),
            "orValue" => CostBounds.Larger(Inner(), args[1].Size),
            "or" => CostBounds.Larger(first, args[1].Size),
            _ => bounds.OfType(type),
        };
    }

    private static CelSizes Sum(CelType type, CelSizes a, CelSizes b) => type.Kind switch
    {
        CelTypeKind.String or CelTypeKind.Bytes or CelTypeKind.List or CelTypeKind.Dyn =>
            CostBounds.Larger(a, b) with { Max = CelCostBound.Add(a.Max, b.Max) },
        _ => CostBounds.Scalar,
    };

    /// <summary>The size of what is walked over; 0 for what has none.</summary>
    private static long Sized((CelSizes Size, CelType Type) arg) =>
        arg.Type.Kind is CelTypeKind.String or CelTypeKind.Bytes or CelTypeKind.List or CelTypeKind.Map or CelTypeKind.Dyn
            ? arg.Size.Max
            : 0;
}
