namespace Floodwall.Policy.Cel;

/// <summary><c>== != &lt; &lt;= &gt; &gt;=</c> and <c>!</c>.</summary>
internal static class ComparisonFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of(Operators.Equal, CelCost.Linear, (left, right) => CelValue.Of(CelEquality.AreEqual(left, right))),
        CelFunction.Of(Operators.NotEqual, CelCost.Linear, (left, right) => CelValue.Of(!CelEquality.AreEqual(left, right))),
        CelFunction.Of(Operators.Less, CelCost.Linear, (left, right) => Ordered(left, right, order => order < 0)),
        CelFunction.Of(Operators.LessOrEqual, CelCost.Linear, (left, right) => Ordered(left, right, order => order <= 0)),
        CelFunction.Of(Operators.Greater, CelCost.Linear, (left, right) => Ordered(left, right, order => order > 0)),
        CelFunction.Of(Operators.GreaterOrEqual, CelCost.Linear, (left, right) => Ordered(left, right, order => order >= 0)),
        CelFunction.Of(Operators.Not, CelCost.Constant, operand => operand is CelBool value ? CelValue.Of(!value.Value) : null),
    ];

    private static CelValue? Ordered(CelValue left, CelValue right, Func<int, bool> holds) => !CelOrdering.AreComparable(left, right)
        ? null
        : CelValue.Of(CelOrdering.Compare(left, right) is { } order && holds(order));
}
