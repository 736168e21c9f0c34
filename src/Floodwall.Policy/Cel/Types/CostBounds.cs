namespace Floodwall.Policy.Cel;

/// <summary>Bounds of sizes where none are declared, and their arithmetic.</summary>
internal sealed class CostBounds(CelCostOptions options)
{
    /// <summary>What has no size of its own: numbers, bools, points in time, objects.</summary>
    public static CelSizes Scalar { get; } = new(1);

    public static CelSizes OfLiteral(Literal literal) => literal.Kind switch
    {
        LiteralKind.String => new CelSizes(literal.AsString.Length),
        LiteralKind.Bytes => new CelSizes(literal.AsBytes.Length),
        _ => Scalar,
    };

    public CelSizes OfType(CelType type) => type.Kind switch
    {
        CelTypeKind.String or CelTypeKind.Bytes or CelTypeKind.Dyn or CelTypeKind.Parameter => new CelSizes(options.DefaultSize),
        CelTypeKind.List => new CelSizes(options.DefaultSize, null, OfType(type.Args[0])),
        CelTypeKind.Map => new CelSizes(options.DefaultSize, OfType(type.Args[0]), OfType(type.Args[1])),
        CelTypeKind.Optional => new CelSizes(1, null, OfType(type.Args[0])),
        _ => Scalar,
    };

    /// <summary>The bound of a list's elements, a map's values or an optional's value.</summary>
    public CelSizes Element(CelSizes sizes, CelType type) =>
        sizes.Element ?? OfType(type.Args.Count > 0 && type.Kind != CelTypeKind.Type ? type.Args[^1] : CelType.Dyn);

    /// <summary>The bound of a map's keys.</summary>
    public CelSizes Key(CelSizes sizes, CelType type) => sizes.Key ?? OfType(type.Kind == CelTypeKind.Map ? type.Args[0] : CelType.Dyn);

    /// <summary>The size with all that is in it; 0 of what has none.</summary>
    public long Deep(CelSizes sizes, CelType type) => type.Kind switch
    {
        CelTypeKind.List or CelTypeKind.Optional =>
            CelCostBound.Times(sizes.Max, CelCostBound.Add(Deep(Element(sizes, type), type.Args[0]), 1)),
        CelTypeKind.Map => CelCostBound.Times(
            sizes.Max,
            CelCostBound.Add(CelCostBound.Add(Deep(Key(sizes, type), type.Args[0]), 1), Deep(Element(sizes, type), type.Args[1]))),
        CelTypeKind.String or CelTypeKind.Bytes or CelTypeKind.Dyn or CelTypeKind.Parameter => sizes.Max,
        _ => 0,
    };

    public static CelSizes Larger(CelSizes a, CelSizes b) => ReferenceEquals(a, b)
        ? a
        : new CelSizes(Math.Max(a.Max, b.Max), LargerPart(a.Key, b.Key), LargerPart(a.Element, b.Element));

    /// <summary>Where one side promises nothing, neither does the larger.</summary>
    private static CelSizes? LargerPart(CelSizes? a, CelSizes? b) => a is null || b is null ? null : Larger(a, b);
}
