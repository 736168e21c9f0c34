namespace Floodwall.Policy.Cel;

/// <summary><c>contains</c>, <c>startsWith</c>, <c>endsWith</c> and <c>matches</c>.</summary>
internal static class StringFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Method("contains", CelCost.Product, Of((text, part) => text.Contains(part, StringComparison.Ordinal))),
        CelFunction.Method("startsWith", CelCost.Linear, Of((text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        CelFunction.Method("endsWith", CelCost.Linear, Of((text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new CelFunction("matches", true, 2, CelCost.Product, Matches),
        new CelFunction("matches", false, 2, CelCost.Product, Matches),
    ];

    private static Func<CelValue, CelValue, CelValue?> Of(Func<string, string, bool> test) => (text, part) => (text, part) switch
    {
        (CelString a, CelString b) => CelValue.Of(test(a.Value, b.Value)),
        _ => null,
    };

    private static CelValue? Matches(CelValue[] args, EvaluationContext context)
    {
        if (args is not [CelString text, CelString pattern])
        {
            return null;
        }

        return context.Patterns.Find(pattern.Value) switch
        {
            { Regex: { } regex } => CelValue.Of(regex.IsMatch(text.Value)),
            { Problem: var problem } => new CelError(CelErrorKind.InvalidArgument, $"matches: {pattern} is no regular expression: {problem}"),
        };
    }
}
