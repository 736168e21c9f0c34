namespace Floodwall.Policy.Cel;

/// <summary><c>contains</c>, <c>startsWith</c>, <c>endsWith</c> and <c>matches</c>.</summary>
internal static class StringFunctions
{
    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Method("contains", CelCost.Product, Of((text, part) => text.Contains(part, StringComparison.Ordinal))),
        CelFunction.Method("startsWith", CelCost.Linear, Of((text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        CelFunction.Method("endsWith", CelCost.Linear, Of((text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new CelFunction("matches", true, 2, CelCost.Linear, Matches),
        new CelFunction("matches", false, 2, CelCost.Linear, Matches),
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

        CompiledPattern found = context.Patterns.Find(pattern.Value, context.TryCharge);
        return found.Program is null
            ? new CelError(CelErrorKind.InvalidArgument, $"matches: {pattern} is no regular expression: {found.Problem}")
            : found.Program.IsMatch(text.Value, context.TryCharge) is { } matches ? CelValue.Of(matches) : context.Exceeded;
    }
}
