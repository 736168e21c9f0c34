namespace Floodwall.Policy.Cel;

/// <summary><c>contains</c>, <c>startsWith</c>, <c>endsWith</c> and <c>matches</c>.</summary>
internal static class StringFunctions
{
    private const int PatternWorkPerStep = 8;

    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Method("contains", CelCostClass.Product, Of((text, part) => text.Contains(part, StringComparison.Ordinal))),
        CelFunction.Method("startsWith", CelCostClass.Linear, Of((text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        CelFunction.Method("endsWith", CelCostClass.Linear, Of((text, part) => text.EndsWith(part, StringComparison.Ordinal))),
        new CelFunction("matches", true, 2, CelCostClass.Linear, Matches),
        new CelFunction("matches", false, 2, CelCostClass.Linear, Matches),
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

        if (context.Patterns.Find(pattern.Value, context, out string problem) is not { } compiled)
        {
            return new CelError(CelErrorKind.InvalidArgument, $"matches: {pattern} is no regular expression: {problem}");
        }

        // Each of the pattern's steps can be taken at each character.
        long work = CelWeight.Product(text.Value.Length, compiled.Steps);
        return context.TryCharge(work / PatternWorkPerStep) ? CelValue.Of(compiled.IsMatch(text.Value)) : context.Exceeded;
    }
}
