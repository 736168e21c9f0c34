using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Checks the conditions of a bundle: syntax, names, types and cost. What is wrong becomes a diagnostic at its place in the file, never a
/// condition that is silently false.
/// </summary>
internal sealed class BundleChecker
{
    /// <summary>The dearest condition that is accepted, in the units of <see cref="CelCostBound"/>.</summary>
    public const long MaxCost = 1_000_000;

    private readonly PolicyBundle _bundle;
    private readonly List<PolicyDiagnostic> _diagnostics = [];
    private readonly List<PolicyRule> _rules = [];

    private BundleChecker(PolicyBundle bundle)
    {
        _bundle = bundle;
        Schema = IntentSchema.Of(bundle);
    }

    /// <summary>What conditions can read.</summary>
    public IntentSchema Schema { get; }

    /// <summary>The rules whose conditions are good, in the order of the file.</summary>
    public IReadOnlyList<PolicyRule> Rules => _rules;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<PolicyDiagnostic> Diagnostics => _diagnostics;

    /// <summary>Checks all conditions of a bundle.</summary>
    public static BundleChecker Check(PolicyBundle bundle)
    {
        BundleChecker checker = new(bundle);
        int index = 0;
        foreach (PolicyDocument policy in bundle.Policies)
        {
            foreach (RuleDocument rule in policy.Rules)
            {
                checker.Check(policy, rule, index++);
            }
        }

        return checker;
    }

    private void Check(PolicyDocument policy, RuleDocument rule, int index)
    {
        RuleCondition condition = rule.Condition;
        int before = _diagnostics.Count;
        CelParseResult parsed = CelParser.Parse(condition.Text, new CelParseOptions { SeedDialect = condition.Dialect == ConditionDialect.Words });
        if (parsed.Root is null)
        {
            Report(condition, parsed.Diagnostics);
            return;
        }

        Expr root = AttributePaths.Normalize(parsed.Root);
        CelChecked checkedRoot = CelChecker.Check(root, Schema.Environment, CelCheckOptions.Condition);
        Report(condition, checkedRoot.Diagnostics);
        RefuseHiding(condition, root);
        RefuseZones(condition, root);
        RefuseNetworks(condition, root);
        Report(condition, WordOrder.Check(checkedRoot, Schema));
        if (!checkedRoot.IsValid || _diagnostics.Count > before)
        {
            return;
        }

        CelCostEstimate cost = CelCostBound.Estimate(checkedRoot, new CelCostOptions(MaxCost));
        if (cost.Diagnostic is { } tooDear)
        {
            Report(condition, [tooDear]);
            return;
        }

        _rules.Add(new PolicyRule
        {
            Index = index,
            Policy = policy,
            Document = rule,
            Condition = root,
            Clauses = [.. ScopeClauses(policy.Scope), .. NodeBuilder.Flatten(root, Operators.And).Select(part => new Clause(part, CelPrinter.Print(AttributePaths.Written(part)), IsScope: false))],
            Cost = cost.Worst,
        });
    }

    private static IEnumerable<Clause> ScopeClauses(PolicyScope scope)
    {
        IEnumerable<(string Root, string Field, string? Name)> names = scope.Level switch
        {
            PolicyLevel.Pool => [("pool", "id", scope.Name)],
            PolicyLevel.Identity => [("identity", "id", scope.Name)],
            _ => [("intent", "scope", scope.Organisation), ("intent", "environment", scope.Environment)],
        };
        foreach ((string root, string field, string? name) in names)
        {
            if (name is not null)
            {
                Expr read = new SelectExpr(new IdentExpr(root, Rooted: false, default), field, SelectKind.Value, default);
                Expr clause = new CallExpr(Operators.Equal, null, [read, new LiteralExpr(Literal.Of(name), default)], default);
                yield return new Clause(clause, CelPrinter.Print(clause), IsScope: true);
            }
        }
    }

    /// <summary>A macro's variable of the name of an object would make the same text mean two things.</summary>
    private void RefuseHiding(RuleCondition condition, Expr root)
    {
        foreach (MacroExpr macro in Subexpressions.Of(root).OfType<MacroExpr>())
        {
            foreach (string? variable in (ReadOnlySpan<string?>)[macro.Variable, macro.SecondVariable])
            {
                if (variable is not null && Schema.Environment.FindVariable(variable) is not null)
                {
                    Report(condition, [new CelDiagnostic(macro.Span, $"the macro's variable '{variable}' hides the object of that name; give it another")]);
                }
            }
        }
    }

    /// <summary>Named time zones are data of the machine: the same policy would judge differently elsewhere, and in a replay.</summary>
    private void RefuseZones(RuleCondition condition, Expr root)
    {
        foreach (CallExpr call in Subexpressions.Of(root).OfType<CallExpr>())
        {
            bool asksTime = call.Target is not null && call.Args.Count == 1 && call.Function.StartsWith("get", StringComparison.Ordinal);
            if (asksTime && !(call.Args[0] is LiteralExpr { Value: { Kind: LiteralKind.String } zone } && IsFixed(zone.AsString)))
            {
                Report(condition, [new CelDiagnostic(call.Args[0].Span, "expected \"UTC\" or an offset such as \"+02:00\": named time zones differ between machines")]);
            }
        }

        static bool IsFixed(string zone) => zone == "UTC" || (zone.Length > 0 && zone.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or ':'));
    }

    /// <summary>A network that is none would make the condition fail for every intent.</summary>
    private void RefuseNetworks(RuleCondition condition, Expr root)
    {
        foreach (CallExpr call in Subexpressions.Of(root).OfType<CallExpr>().Where(call => call is { Function: CidrFunctions.Name, Target: null, Args.Count: 2 }))
        {
            for (int i = 0; i < 2; i++)
            {
                if (call.Args[i] is LiteralExpr { Value: { Kind: LiteralKind.String } text } && CidrFunctions.Expected(text.AsString, isNetwork: i == 0) is { } expected)
                {
                    Report(condition, [new CelDiagnostic(call.Args[i].Span, $"expected {expected}, got {BundleText.Quoted(text.AsString)}")]);
                }
            }
        }
    }

    private void Report(RuleCondition condition, IEnumerable<CelDiagnostic> diagnostics)
    {
        foreach (CelDiagnostic diagnostic in diagnostics)
        {
            SourcePosition at = condition.Origin.PositionOf(diagnostic.Span.Start);
            _diagnostics.Add(new PolicyDiagnostic(
                at.File, at.Line, at.Column, DiagnosticSeverity.Error, "condition: " + diagnostic.Message, diagnostic.Suggestion));
        }
    }
}
