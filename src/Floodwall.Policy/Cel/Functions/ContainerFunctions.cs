namespace Floodwall.Policy.Cel;

/// <summary><c>size</c>, <c>in</c> and indices.</summary>
internal static class ContainerFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of("size", CelCostClass.Linear, Size),
        CelFunction.Method("size", CelCostClass.Linear, Size),
        CelFunction.Of(Operators.In, CelCostClass.Linear, In),
        Indexing(Operators.Index, SelectionEvaluation.Index),
        Indexing(Operators.OptionalIndex, SelectionEvaluation.OptionalIndex),
    ];

    // A list is not walked, and of a map's keys only some are compared: what counts is the length of the key that is sought.
    private static CelFunction Indexing(string name, Func<CelValue, CelValue, CelValue> index) => new(name, false, 2, CelCostClass.Constant,
        (args, context) => context.TryCharge(args[1].Weight - 1) ? index(args[0], args[1]) : context.Exceeded);

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
