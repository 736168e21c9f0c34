using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>Clauses that have to hold together: whether they can, and what they leave of the fields that they read.</summary>
internal sealed class Conjunction
{
    // What is left of a field, and whether the clauses can hold where it is missing.
    private readonly Dictionary<SchemaField, (IReadOnlyList<Literal> Values, bool Missing)> _left = [];
    private readonly List<Clause> _valueless = [];
    private readonly ReviewScope _scope;

    public Conjunction(IReadOnlyList<Clause> clauses, ReviewScope scope)
    {
        Clauses = clauses;
        _scope = scope;
        Texts = [.. clauses.Select(clause => clause.Text)];
        CheckConstants();
        if (!IsDead)
        {
            CheckOpposites();
        }

        if (!IsDead)
        {
            CheckFields();
        }
    }

    /// <summary>The clauses.</summary>
    public IReadOnlyList<Clause> Clauses { get; }

    /// <summary>Their texts.</summary>
    public HashSet<string> Texts { get; }

    /// <summary>Whether they never hold together.</summary>
    public bool IsDead => Problem is not null;

    /// <summary>Why they never do; null where they may.</summary>
    public string? Problem { get; private set; }

    /// <summary>The field where the problem is, if it can be missing and what never holds be unknown; null where that cannot be.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Clauses that have no value for any intent.</summary>
    public IReadOnlyList<Clause> Valueless => _valueless;

    /// <summary>The fields of which this says enough for clauses about them to follow, other than by <see cref="Wider"/>.</summary>
    public IEnumerable<SchemaField> Bounded => _left.Keys.Concat(Clauses.SelectMany(clause => Implication.FieldsBounded(clause, _scope))).Distinct();

    /// <summary>Texts of clauses that follow from these, and hold of more.</summary>
    public IEnumerable<string> Wider => Clauses.SelectMany(clause => Implication.WiderTexts(clause.Expr));

    /// <summary>Whether a clause holds wherever these do, and is not false where these are unknown.</summary>
    public bool Implies(Clause clause)
    {
        if (Texts.Contains(clause.Text))
        {
            return true;
        }

        IReadOnlyList<SchemaField> fields = _scope.FieldsOf(clause.Expr);
        return fields.Count == 0
            ? _scope.Evaluate(clause, null, null) == Truth.True
            : fields.Any(field => ImpliesBy(field, clause))
                || Clauses.Any(given => Implication.Follows(given.Expr, clause.Expr))

                // Where one of them holds all hold, and where it is unknown they are not false.
                || _scope.AlternativesOf(clause).Any(Implies);
    }

    private bool ImpliesBy(SchemaField field, Clause clause)
    {
        if (!TryLeft(field, clause, out (IReadOnlyList<Literal> Values, bool Missing) left) || !left.Values.All(value => _scope.Evaluate(clause, field, value) == Truth.True))
        {
            return false;
        }

        if (!_scope.CanBeMissing(field))
        {
            return true;
        }

        // What is unknown here for want of the field is so of every intent without it; what reads others too may be false of some.
        Truth missing = _scope.EvaluateMissing(clause, field);
        return missing == Truth.True || (missing == Truth.Unknown && !left.Missing && ReadsNothingBut(field, clause) && !_scope.Budget.IsSpent);
    }

    // What these leave of a field: of numbers those that stand for all others here and in the clause.
    private bool TryLeft(SchemaField field, Clause clause, out (IReadOnlyList<Literal> Values, bool Missing) left)
    {
        if (_left.TryGetValue(field, out left))
        {
            return true;
        }

        Clause[] given = [.. Clauses.Where(one => _scope.FieldsOf(one.Expr).Contains(field))];
        if (given.Length == 0 || FieldPoints.Of(field, [.. given.Select(one => one.Expr), clause.Expr]) is not { IsFinite: false } points || !points.Decides(clause.Expr))
        {
            return false;
        }

        left = Left(field, points, [.. given.Where(one => points.Decides(one.Expr))]);
        return true;
    }

    private (IReadOnlyList<Literal> Values, bool Missing) Left(SchemaField field, FieldPoints points, Clause[] about) =>
        ([.. points.Values.Where(value => about.All(clause => _scope.Evaluate(clause, field, value) != Truth.False))], CanHoldWithout(field, about));

    private void CheckConstants()
    {
        _valueless.AddRange(Clauses.Where(clause => !_scope.IsConstant(clause.Expr) && Failure.IsCertain(clause.Expr, _scope)));
        foreach (Clause clause in Clauses.Where(clause => _scope.IsConstant(clause.Expr)))
        {
            Truth truth = _scope.Evaluate(clause, null, null);
            if (truth == Truth.False)
            {
                Problem = $"{Shown(clause)} is always false";
            }
            else if (truth == Truth.Unknown && !_scope.Budget.IsSpent)
            {
                _valueless.Add(clause);
            }
        }
    }

    private void CheckOpposites()
    {
        foreach (Clause clause in Clauses)
        {
            Expr? opposite = clause.Expr switch
            {
                CallExpr { Function: Operators.Not, Target: null, Args: [Expr inner] } => inner,
                CallExpr { Function: Operators.NotEqual, Target: null } unequal => unequal with { Function = Operators.Equal },
                _ => null,
            };
            if (opposite is not null && CelPrinter.Print(opposite) is var text && Texts.Contains(text))
            {
                Dead($"{Shown(text)} and {Shown(clause)} exclude each other", _scope.CanBeUnknown(opposite) ? "one of its data" : null);
                return;
            }
        }
    }

    private void CheckFields()
    {
        Expr[] clauses = [.. Clauses.Select(clause => clause.Expr)];
        foreach (SchemaField field in clauses.SelectMany(_scope.FieldsOf).Distinct())
        {
            if (FieldPoints.Of(field, clauses) is not { } points)
            {
                CheckAffixes(field);
                if (IsDead)
                {
                    return;
                }

                continue;
            }

            Clause[] about = [.. Clauses.Where(clause => _scope.FieldsOf(clause.Expr).Contains(field) && points.Decides(clause.Expr))];
            (IReadOnlyList<Literal> left, bool missing) = Left(field, points, about);
            if (left.Count == 0 && !missing && !_scope.Budget.IsSpent)
            {
                Dead($"no value of {field} fits {string.Join(" and ", about.Select(Shown))}", field);
                return;
            }

            if (points.IsFinite)
            {
                _left[field] = (left, missing);
            }
        }
    }

    // What reads nothing else and is unknown for want of the field never holds without it.
    private bool CanHoldWithout(SchemaField field, IReadOnlyList<Clause> about) => _scope.CanBeMissing(field) && about.All(clause => _scope.EvaluateMissing(clause, field) switch
    {
        Truth.True => true,
        Truth.False => false,
        _ => !ReadsNothingBut(field, clause),
    });

    private bool ReadsNothingBut(SchemaField field, Clause clause) => _scope.FieldsOf(clause.Expr).All(other => other == field);

    // What begins with one text begins with no other that differs within the shorter of the two; ends likewise.
    private void CheckAffixes(SchemaField field)
    {
        foreach ((string function, Func<string, string, bool> fits) in (ReadOnlySpan<(string, Func<string, string, bool>)>)
            [("startsWith", (a, b) => a.StartsWith(b, StringComparison.Ordinal)), ("endsWith", (a, b) => a.EndsWith(b, StringComparison.Ordinal))])
        {
            (Clause Clause, string Text)[] affixes =
            [
                .. Clauses
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
                Dead($"no value of {field} fits {Shown(longest.Clause)} and {Shown(other.Clause)}", field);
                return;
            }
        }
    }

    private void Dead(string problem, SchemaField field) => Dead(problem, _scope.CanBeMissing(field) ? field.ToString() : null);

    private void Dead(string problem, string? unknown) => (Problem, Unknown) = (problem, unknown);

    /// <summary>A clause in a message.</summary>
    public static string Shown(Clause clause) => clause.IsScope ? $"{Shown(clause.Text)} (the scope)" : Shown(clause.Text);

    private static string Shown(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
