namespace Floodwall.Policy.Cel;

/// <summary><c>size</c>, <c>in</c> and indices.</summary>
internal static class ContainerFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of("size", CelCostClass.Linear, Size),
        CelFunction.Method("size", CelCostClass.Linear, Size),
        CelFunction.Of(Operators.In, CelCostClass.Linear, In),
        CelFunction.Of(Operators.Index, CelCostClass.Constant, SelectionEvaluation.Index),
        CelFunction.Of(Operators.OptionalIndex, CelCostClass.Constant, SelectionEvaluation.OptionalIndex),
    ];

    private static CelValue? Size(CelValue operand) => operand switch
    {
        CelString text => CelValue.Of((long)CelText.Count(text.Value)),
        CelBytes bytes => CelValue.Of((long)bytes.Span.Length),
        CelList list => CelValue.Of((long)list.Elements.Length),
        CelMap map => CelValue.Of((long)map.Entries.Length),
        _ => null,
    };

    private static CelValue? In(CelValue item, CelValue container) => container switch
    {
        CelList list => CelValue.Of(list.Elements.Any(element => CelEquality.AreEqual(item, element))),
        CelMap map => CelValue.Of(map.TryGet(item, out _)),
        _ => null,
    };
}
