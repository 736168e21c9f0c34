using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>
/// The alternatives of a rule whose clauses hold <c>||</c>: the rule holds where one of them does. A clause with too many stays one part of all.
/// </summary>
internal sealed class RuleBranches
{
    private const int Max = 32;

    // Which alternative of which clause each branch took.
    private readonly IReadOnlyList<(Conjunction Branch, IReadOnlyList<(Clause Clause, IReadOnlyList<Clause> Alternative)> Taken)> _all;

    private RuleBranches(IReadOnlyList<(Conjunction, IReadOnlyList<(Clause, IReadOnlyList<Clause>)>)> all) => _all = all;

    /// <summary>The alternatives.</summary>
    public IEnumerable<Conjunction> All => _all.Select(one => one.Branch);

    /// <summary>The branches of clauses; null where there is but one, and that is the clauses themselves.</summary>
    public static RuleBranches? Of(IReadOnlyList<Clause> clauses, ReviewScope scope)
    {
        List<(List<Clause> Clauses, List<(Clause, IReadOnlyList<Clause>)> Taken)> branches = [([], [])];
        foreach (Clause clause in clauses)
        {
            IReadOnlyList<IReadOnlyList<Clause>>? alternatives = clause.IsScope ? null : Alternatives.Of(clause.Expr, Max / branches.Count);
            if (alternatives is null or { Count: 1 })
            {
                IReadOnlyList<Clause> only = alternatives is null || (alternatives[0].Count == 1 && alternatives[0][0].Text == clause.Text) ? [clause] : alternatives[0];
                branches.ForEach(branch => branch.Clauses.AddRange(only));
                continue;
            }

            branches =
            [
                .. branches.SelectMany(branch => alternatives.Select(alternative =>
                    (new List<Clause>([.. branch.Clauses, .. alternative]), new List<(Clause, IReadOnlyList<Clause>)>([.. branch.Taken, (clause, alternative)])))),
            ];
        }

        return branches.Count == 1 && branches[0].Clauses.SequenceEqual(clauses) ? null
            : new RuleBranches([.. branches.Select(branch => (new Conjunction(branch.Clauses, scope), (IReadOnlyList<(Clause, IReadOnlyList<Clause>)>)branch.Taken))]);
    }

    /// <summary>Whether a clause holds wherever one of the branches does, and is not false where they are unknown together.</summary>
    public bool Implies(Clause clause) => All.All(branch => (branch.IsDead && branch.Unknown is null) || branch.Implies(clause));

    /// <summary>Alternatives of a clause that hold in no branch, each with why they do not in the first.</summary>
    public IEnumerable<(Clause Clause, string Alternative, string Problem)> DeadAlternatives() => _all
        .SelectMany(one => one.Taken.Select(taken => (taken.Clause, taken.Alternative, one.Branch)))
        .GroupBy(one => one.Alternative)
        .Where(group => group.All(one => one.Branch.IsDead))
        .Select(group => (group.First().Clause, string.Join(" && ", group.Key.Select(part => part.Text)), group.First().Branch.Problem!));

    /// <summary>Whether an expression is never false: everything that its negation comes to contradicts itself.</summary>
    public static bool IsNeverFalse(Clause clause, ReviewScope scope) =>
        HasAlternatives(clause.Expr)
        && Alternatives.Of(clause.Expr, Max, holds: false) is { } negation
        && negation.All(parts => new Conjunction(parts, scope).IsDead);

    private static bool HasAlternatives(Expr expr) => expr is CallExpr { Target: null } call && call.Function switch
    {
        Operators.Or => true,
        Operators.Not => call.Args[0] is CallExpr { Function: Operators.And or Operators.Not or Operators.Or },
        _ => false,
    };
}
