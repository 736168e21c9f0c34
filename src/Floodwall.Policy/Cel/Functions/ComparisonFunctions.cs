namespace Floodwall.Policy.Cel;

/// <summary><c>== != &lt; &lt;= &gt; &gt;=</c> and <c>!</c>.</summary>
internal static class ComparisonFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of(Operators.Equal, CelCostClass.Linear, (left, right) => CelValue.Of(CelEquality.AreEqual(left, right))),
        CelFunction.Of(Operators.NotEqual, CelCostClass.Linear, (left, right) => CelValue.Of(!CelEquality.AreEqual(left, right))),
        CelFunction.Of(Operators.Less, CelCostClass.Linear, (left, right) => Ordered(left, right, order => order < 0)),
        CelFunction.Of(Operators.LessOrEqual, CelCostClass.Linear, (left, right) => Ordered(left, right, order => order <= 0)),
        CelFunction.Of(Operators.Greater, CelCostClass.Linear, (left, right) => Ordered(left, right, order => order > 0)),
        CelFunction.Of(Operators.GreaterOrEqual, CelCostClass.Linear, (left, right) => Ordered(left, right, order => order >= 0)),
        CelFunction.Of(Operators.Not, CelCostClass.Constant, operand => operand is CelBool value ? CelValue.Of(!value.Value) : null),
    ];

    private static CelValue? Ordered(CelValue left, CelValue right, Func<int, bool> holds) => !CelOrdering.AreComparable(left, right)
        ? null
        : CelValue.Of(CelOrdering.Compare(left, right) is { } order && holds(order));
}
