using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>One rule under review: what is wrong with it alone, and what its condition leaves of the fields that it reads.</summary>
internal sealed class ReviewedRule
{
    private readonly Dictionary<SchemaField, IReadOnlyList<Literal>> _left = [];
    private readonly List<PolicyDiagnostic> _problems = [];
    private readonly IntentSchema _schema;
    private readonly SupposedField _supposed;
    private readonly WorkBudget _budget;

    public ReviewedRule(PolicyRule rule, IntentSchema schema, WorkBudget budget)
    {
        Rule = rule;
        _schema = schema;
        _supposed = new SupposedField(schema);
        _budget = budget;
        Texts = [.. rule.Clauses.Select(clause => clause.Text)];
        CanBeUnknown = rule.Clauses.Any(clause => Certainty.CanBeUnknown(clause.Expr, schema));
        CheckConstants();
        if (!IsDead)
        {
            CheckFields();
        }
    }

    /// <summary>The rule.</summary>
    public PolicyRule Rule { get; }

    /// <summary>The texts of its clauses.</summary>
    public HashSet<string> Texts { get; }

    /// <summary>Whether missing data can leave its condition unknown.</summary>
    public bool CanBeUnknown { get; }

    /// <summary>Whether its condition never holds.</summary>
    public bool IsDead { get; private set; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<PolicyDiagnostic> Problems => _problems;

    /// <summary>Where it stands, in the order in which reasons are preferred.</summary>
    public (int Level, int Priority, int Index) Order => ((int)Rule.Policy.Scope.Level, -Rule.Document.Priority, Rule.Index);

    /// <summary>The fields that a clause reads.</summary>
    public IEnumerable<SchemaField> FieldsOf(Expr clause) => ExprTree.All(clause)
        .OfType<SelectExpr>()
        .Select(select => select.Operand is IdentExpr root ? _schema.Find(root.Name, select.Field) : null)
        .OfType<SchemaField>()
        .Distinct();

    /// <summary>The fields to which this condition leaves a few values alone.</summary>
    public IEnumerable<SchemaField> Bounded => _left.Keys;

    /// <summary>Whether a clause holds wherever this rule's condition does, and is not false where this one is unknown.</summary>
    public bool Implies(Clause clause)
    {
        if (Texts.Contains(clause.Text))
        {
            return true;
        }

        SchemaField[] fields = [.. FieldsOf(clause.Expr)];
        return fields.Length == 0
            ? Evaluate(clause, null, null) == Truth.True
            : Array.Exists(fields, field => _left.TryGetValue(field, out IReadOnlyList<Literal>? values)
                && values.All(value => Evaluate(clause, field, value) == Truth.True));
    }

    private Truth Evaluate(Clause clause, SchemaField? field, Literal? value) =>
        _budget.TryTake() ? _supposed.Evaluate(clause.Expr, field, value) : Truth.Unknown;

    private void CheckConstants()
    {
        foreach (Clause clause in Rule.Clauses.Where(clause => Dependencies.Of(clause.Expr, _schema) == Dependency.None))
        {
            Truth truth = Evaluate(clause, null, null);
            if (truth == Truth.False)
            {
                Dead($"the rule can never apply: {Shown(clause)} is always false");
            }
            else if (truth == Truth.Unknown && !_budget.IsSpent)
            {
                Warn($"{Shown(clause)} has no value for any intent; the rule always says what onUnknown says");
            }
        }
    }

    private void CheckFields()
    {
        Expr[] clauses = [.. Rule.Clauses.Select(clause => clause.Expr)];
        foreach (SchemaField field in clauses.SelectMany(FieldsOf).Distinct())
        {
            if (FieldPoints.Of(field, clauses) is not { } points)
            {
                CheckAffixes(field);
                continue;
            }

            Clause[] about = [.. Rule.Clauses.Where(clause => FieldsOf(clause.Expr).Contains(field) && points.Decides(clause.Expr))];
            IReadOnlyList<Literal> left = [.. points.Values.Where(value => about.All(clause => Evaluate(clause, field, value) != Truth.False))];
            if (left.Count == 0 && !_budget.IsSpent)
            {
                Dead($"the rule can never apply: no value of {field} fits {string.Join(" and ", about.Select(Shown))}", Certainty.CanBeUnknown(Read(field), _schema) ? field : null);
                return;
            }

            if (points.IsFinite)
            {
                _left[field] = left;
            }
        }
    }

    // What begins with one text begins with no other that differs within the shorter of the two; ends likewise.
    private void CheckAffixes(SchemaField field)
    {
        foreach ((string function, Func<string, string, bool> fits) in (ReadOnlySpan<(string, Func<string, string, bool>)>)
            [("startsWith", (a, b) => a.StartsWith(b, StringComparison.Ordinal)), ("endsWith", (a, b) => a.EndsWith(b, StringComparison.Ordinal))])
        {
            (Clause Clause, string Text)[] affixes =
            [
                .. Rule.Clauses
                    .Where(clause => clause.Expr is CallExpr { Target: Expr target, Args: [LiteralExpr { Value.Kind: LiteralKind.String }] } call
                        && call.Function == function && FieldPoints.IsField(field, target))
                    .Select(clause => (clause, ((LiteralExpr)((CallExpr)clause.Expr).Args[0]).Value.AsString)),
            ];
            if (affixes.Length < 2)
            {
                continue;
            }

            (Clause Clause, string Text) longest = affixes.MaxBy(affix => affix.Text.Length);
            if (Array.Find(affixes, affix => !fits(longest.Text, affix.Text)) is { Clause: not null } other)
            {
                Dead($"the rule can never apply: no value of {field} fits {Shown(longest.Clause)} and {Shown(other.Clause)}", Certainty.CanBeUnknown(Read(field), _schema) ? field : null);
                return;
            }
        }
    }

    private static SelectExpr Read(SchemaField field) => new(new IdentExpr(field.Root, Rooted: false, default), field.Name, SelectKind.Value, default);

    private void Dead(string message, SchemaField? unknown = null)
    {
        IsDead = true;
        Warn(unknown is null ? message : $"{message} (where {unknown} is missing it says what onUnknown says)");
    }

    private void Warn(string message)
    {
        SourcePosition at = Rule.Document.Condition.Origin.Position;
        _problems.Add(new PolicyDiagnostic(at.File, at.Line, at.Column, DiagnosticSeverity.Warning, $"{Rule.Name}: {message}"));
    }

    private static string Shown(Clause clause)
    {
        string text = clause.Text.Length <= 120 ? clause.Text : clause.Text[..120] + "…";
        return clause.IsScope ? $"{text} (the scope)" : text;
    }
}
