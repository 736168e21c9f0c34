using Floodwall.Pipeline;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>What a rule costs.</summary>
/// <param name="Policy">The policy's id.</param>
/// <param name="Rule">The rule's id.</param>
/// <param name="Position">Where the rule stands.</param>
/// <param name="Worst">Units at worst, of <see cref="Cel.CelCostBound"/>.</param>
/// <param name="Slow">Its clauses of <see cref="BundlePolicy.SlowClauses"/>.</param>
public sealed record RuleCost(string Policy, string Rule, SourcePosition Position, long Worst, IReadOnlyList<string> Slow);

/// <summary>
/// What can be told of a bundle without any intent: wrong conditions, rules that never speak or never decide, clauses that say nothing,
/// duplicates, and costs.
/// </summary>
/// <remarks>
/// A warning of a rule that never speaks is a proof; that there is none proves nothing, since only conjunctions of clauses over one field,
/// and alternatives of them, are looked into.
/// </remarks>
public sealed record BundleReview
{
    /// <summary>Errors, which make the bundle unusable, and warnings, in the order of the file.</summary>
    public required IReadOnlyList<PolicyDiagnostic> Findings { get; init; }

    /// <summary>Every rule's cost, in the order of the file; none where there are errors.</summary>
    public required IReadOnlyList<RuleCost> Costs { get; init; }

    /// <summary>Units that one intent costs at worst: the sum over all rules.</summary>
    public long TotalCost => Costs.Sum(cost => cost.Worst);

    /// <summary>Whether all was looked at; false where a very large bundle used the work that a review may take up.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Whether the bundle can be used.</summary>
    public bool IsUsable => Findings.All(finding => finding.Severity != DiagnosticSeverity.Error);

    /// <summary>Reviews a bundle.</summary>
    public static BundleReview Of(PolicyBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        BundleChecker checker = BundleChecker.Check(bundle);
        if (checker.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return new BundleReview { Findings = checker.Diagnostics, Costs = [], IsComplete = true };
        }

        Vocabulary vocabulary = new();
        GateContext context = new(vocabulary, new FactTable());
        BundlePolicy policy = BundlePolicy.TryCreate(bundle, vocabulary, out _)!;
        policy.Attach(context);
        HashSet<string> slow = new(policy.SlowClauses, StringComparer.Ordinal);

        WorkBudget budget = new();
        ReviewScope scope = new(checker.Schema, budget);
        List<ReviewedRule> rules = [.. checker.Rules.Select(rule => new ReviewedRule(rule, scope))];
        List<PolicyDiagnostic> findings = [.. checker.Diagnostics, .. rules.SelectMany(rule => rule.Problems), .. ShadowSearch.Run(bundle, rules, budget)];
        return new BundleReview
        {
            Findings = [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)],
            Costs =
            [
                .. checker.Rules.Select(rule => new RuleCost(
                    rule.Policy.Id, rule.Document.Id, rule.Document.Position, rule.Cost,
                    [.. rule.Clauses.Select(clause => clause.Text).Where(slow.Contains).Distinct()])),
            ],
            IsComplete = !budget.IsSpent,
        };
    }
}
