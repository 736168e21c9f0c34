namespace Floodwall.Policy.Cel;

/// <summary>What an estimate of cost assumes and allows.</summary>
/// <param name="Budget">The most units that an expression may cost at worst.</param>
/// <param name="DefaultSize">The size of texts, lists and maps that nothing is promised about.</param>
public sealed record CelCostOptions(long Budget = 1_000_000, long DefaultSize = 1_000);

/// <summary>What an expression costs at worst.</summary>
/// <param name="Worst">Units; <see cref="CelCostBound.Unbounded"/> where they exceed what is counted.</param>
/// <param name="Diagnostic">Why it is refused; null where it is within the budget.</param>
public sealed record CelCostEstimate(long Worst, CelDiagnostic? Diagnostic);

/// <summary>
/// Bounds the work of an expression before it runs, whatever its inputs, in abstract units: one for each node; for work on texts
/// and lists their size; for a macro its range's size times its body (langdef.md, "Time Complexity", is the model). Sizes come from
/// literals, from what declarations promise (<see cref="CelSizes"/>), or from a default.
/// </summary>
public static class CelCostBound
{
    /// <summary>Where counting stops.</summary>
    public const long Unbounded = long.MaxValue / 4;

    /// <summary>Estimates a checked expression and holds it against the budget.</summary>
    /// <param name="expression">What the checker gave; with errors the estimate means nothing.</param>
    /// <param name="options">Assumptions and budget; null for the defaults.</param>
    public static CelCostEstimate Estimate(CelChecked expression, CelCostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        options ??= new CelCostOptions();
        var estimator = new CostEstimator(expression, options);
        long worst = estimator.Cost(expression.Root).Cost;
        if (worst <= options.Budget)
        {
            return new CelCostEstimate(worst, null);
        }

        // The innermost part that exceeds the budget by itself is the one to change.
        Expr culprit = expression.Root;
        while (ExprTree.Children(culprit).FirstOrDefault(child => estimator.Known(child) > options.Budget) is Expr inner)
        {
            culprit = inner;
        }

        string amount = worst >= Unbounded ? "more units than can be counted" : $"{worst} units";
        return new CelCostEstimate(
            worst,
            new CelDiagnostic(culprit.Span, $"the expression costs up to {amount}, most of it here; at most {options.Budget} are allowed"));
    }

    internal static long Add(long a, long b) => Math.Min(a + b, Unbounded);

    internal static long Times(long a, long b) => a == 0 || b == 0 ? 0 : a > Unbounded / b ? Unbounded : a * b;
}
