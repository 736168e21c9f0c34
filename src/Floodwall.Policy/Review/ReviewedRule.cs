using System.Globalization;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>One rule under review: what is wrong with it alone, and what its condition leaves of the fields that it reads.</summary>
internal sealed class ReviewedRule
{
    private readonly List<PolicyDiagnostic> _problems = [];
    private readonly ReviewScope _scope;
    private readonly Conjunction _whole;
    private readonly RuleBranches? _branches;

    public ReviewedRule(PolicyRule rule, ReviewScope scope)
    {
        Rule = rule;
        _scope = scope;
        _whole = new Conjunction(rule.Clauses, scope);
        CanBeUnknown = rule.Clauses.Any(clause => scope.CanBeUnknown(clause.Expr));
        foreach (Clause clause in _whole.Valueless)
        {
            Warn($"{Conjunction.Shown(clause)} has no value for any intent; the rule always says what onUnknown says");
        }

        if (_whole.Problem is { } problem)
        {
            Dead(problem, _whole.Unknown);
            return;
        }

        _branches = RuleBranches.Of(rule.Clauses, scope);
        CheckBranches();
        if (!IsDead)
        {
            CheckTautologies();
        }
    }

    /// <summary>The rule.</summary>
    public PolicyRule Rule { get; }

    /// <summary>The texts of its clauses.</summary>
    public HashSet<string> Texts => _whole.Texts;

    /// <summary>Whether missing data can leave its condition unknown.</summary>
    public bool CanBeUnknown { get; }

    /// <summary>Whether its condition never holds.</summary>
    public bool IsDead { get; private set; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<PolicyDiagnostic> Problems => _problems;

    /// <summary>Where it stands, in the order in which reasons are preferred.</summary>
    public (int Level, int Priority, int Index) Order => ((int)Rule.Policy.Scope.Level, -Rule.Document.Priority, Rule.Index);

    /// <summary>The fields that a clause reads.</summary>
    public IEnumerable<SchemaField> FieldsOf(Expr clause) => _scope.FieldsOf(clause);

    /// <summary>A clause, and the alternatives that it is made of.</summary>
    public IEnumerable<string> TextsOf(Clause clause) => _scope.AlternativesOf(clause).Select(part => part.Text).Prepend(clause.Text);

    /// <summary>Texts of clauses that follow from this condition, or an alternative of it, and hold of more.</summary>
    public IEnumerable<string> Wider => _whole.Wider.Concat(_branches?.All.SelectMany(branch => branch.Wider.Concat(branch.Texts)) ?? []).Distinct();

    /// <summary>The fields of which this condition, or an alternative of it, says enough for clauses about them to follow.</summary>
    public IEnumerable<SchemaField> Bounded => _whole.Bounded.Concat(_branches?.All.SelectMany(branch => branch.Bounded) ?? []).Distinct();

    /// <summary>Whether a clause holds wherever this rule's condition does, and is not false where this one is unknown.</summary>
    public bool Implies(Clause clause) => _whole.Implies(clause) || _branches?.Implies(clause) == true;

    private void CheckBranches()
    {
        if (_branches is null)
        {
            return;
        }

        Conjunction[] all = [.. _branches.All];
        if (Array.TrueForAll(all, branch => branch.IsDead))
        {
            Dead(
                all.Length == 1 ? all[0].Problem! : string.Create(CultureInfo.InvariantCulture, $"none of its {all.Length} alternatives can hold, the first because {all[0].Problem}"),
                Array.Find(all, branch => branch.Unknown is not null)?.Unknown);
            return;
        }

        foreach ((Clause clause, string alternative, string problem) in _branches.DeadAlternatives())
        {
            Warn($"in {Conjunction.Shown(clause)} the alternative {alternative} can never hold: {problem}");
        }
    }

    private void CheckTautologies()
    {
        foreach (Clause clause in Rule.Clauses.Where(clause => RuleBranches.IsNeverFalse(clause, _scope)))
        {
            Warn($"{Conjunction.Shown(clause)} is always true{(_scope.CanBeUnknown(clause.Expr) ? ", or unknown where data are missing" : "")}: it says nothing about an intent");
        }
    }

    private void Dead(string problem, string? unknown)
    {
        IsDead = true;
        Warn($"the rule can never apply: {problem}{(unknown is null ? "" : $" (where {unknown} is missing it says what onUnknown says)")}");
    }

    private void Warn(string message)
    {
        SourcePosition at = Rule.Document.Condition.Origin.Position;
        _problems.Add(new PolicyDiagnostic(at.File, at.Line, at.Column, DiagnosticSeverity.Warning, $"{Rule.Name}: {message}"));
    }
}
