namespace Floodwall.Policy.Cel;

/// <summary>
/// Checks expressions against an environment before they run (langdef.md, "Gradual Type Checking"): every name is declared, every
/// call has an overload for its arguments' types. What is <c>dyn</c> is left to the run time.
/// </summary>
public static class CelChecker
{
    /// <summary>Checks an expression.</summary>
    /// <param name="root">The expression, each of whose nodes stands in one place only, as the parser gives it.</param>
    /// <param name="environment">What is declared.</param>
    /// <param name="options">What is insisted on; null for the defaults.</param>
    public static CelChecked Check(Expr root, CelEnvironment environment, CelCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(environment);
        options ??= CelCheckOptions.Default;
        var state = new CheckState(environment, options);
        if (ExprTree.FirstBelow(root, CelParser.HeightCeiling) is Expr low)
        {
            state.Report(low.Span, $"the expression is more than {CelParser.HeightCeiling} operations high");
            return state.Finish(root);
        }

        CelType type = new ExprChecker(state).Check(root);
        if (options.ResultType is not null && !state.Unifier.TryAssign(type, options.ResultType))
        {
            state.Report(root.Span, $"the expression is of type {state.Unifier.Settle(type)}; expected {options.ResultType}");
        }

        return state.Finish(root);
    }
}
