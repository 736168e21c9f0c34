using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>What a review asks of expressions: what they read, and what they are where one field is known.</summary>
/// <param name="schema">The names.</param>
/// <param name="budget">The work that may be done; where it is spent, nothing is known of anything.</param>
internal sealed class ReviewScope(IntentSchema schema, WorkBudget budget)
{
    private readonly SupposedField _supposed = new(schema);

    // Clauses are asked about many times each.
    private readonly Dictionary<Expr, Reading> _readings = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expr, Clause[]> _alternatives = new(ReferenceEqualityComparer.Instance);

    /// <summary>The work that may be done.</summary>
    public WorkBudget Budget => budget;

    /// <summary>The fields that an expression reads, or asks for.</summary>
    public IReadOnlyList<SchemaField> FieldsOf(Expr expr) => ReadingOf(expr).Fields;

    /// <summary>Operations in an expression.</summary>
    public int SizeOf(Expr expr) => ReadingOf(expr).Size;

    /// <summary>Whether an expression looks at nothing.</summary>
    public bool IsConstant(Expr expr) => ReadingOf(expr).IsConstant;

    /// <summary>The alternatives of a clause <c>a || b</c>; none for other clauses.</summary>
    public IReadOnlyList<Clause> AlternativesOf(Clause clause)
    {
        if (clause.Expr is not CallExpr { Function: Operators.Or, Target: null } or)
        {
            return [];
        }

        if (!_alternatives.TryGetValue(or, out Clause[]? parts))
        {
            _alternatives.Add(or, parts = [.. NodeBuilder.Flatten(or, Operators.Or).Select(part => new Clause(part, CelPrinter.Print(part), clause.IsScope))]);
        }

        return parts;
    }

    /// <summary>Whether evaluating an expression that reads nothing fails.</summary>
    public bool Fails(Expr constant) => budget.TryTake(SizeOf(constant)) && _supposed.Fails(constant);

    /// <summary>Whether an expression can be without a value.</summary>
    public bool CanBeUnknown(Expr expr) => Certainty.CanBeUnknown(expr, schema);

    /// <summary>Whether a field can be missing.</summary>
    public bool CanBeMissing(SchemaField field) =>
        CanBeUnknown(new SelectExpr(new IdentExpr(field.Root, Rooted: false, default), field.Name, SelectKind.Value, default));

    /// <summary>A clause's value where a field has a value; where the field is null, of intents of which nothing is known.</summary>
    public Truth Evaluate(Clause clause, SchemaField? field, Literal? value) =>
        budget.TryTake(SizeOf(clause.Expr)) ? _supposed.Evaluate(clause.Expr, field, value) : Truth.Unknown;

    /// <summary>A clause's value where a field is missing.</summary>
    public Truth EvaluateMissing(Clause clause, SchemaField field) =>
        budget.TryTake(SizeOf(clause.Expr)) ? _supposed.EvaluateMissing(clause.Expr, field) : Truth.Unknown;

    private Reading ReadingOf(Expr expr)
    {
        if (!_readings.TryGetValue(expr, out Reading? reading))
        {
            SchemaField[] fields =
            [
                .. ExprTree.All(expr)
                    .OfType<SelectExpr>()
                    .Select(select => select.Operand is IdentExpr root ? schema.Find(root.Name, select.Field) : null)
                    .OfType<SchemaField>()
                    .Distinct(),
            ];
            _readings.Add(expr, reading = new Reading(fields, ExprTree.All(expr).Count(), Dependencies.Of(expr, schema) == Dependency.None));
        }

        return reading;
    }

    private sealed record Reading(IReadOnlyList<SchemaField> Fields, int Size, bool IsConstant);
}
