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

    /// <summary>The work that may be done.</summary>
    public WorkBudget Budget => budget;

    /// <summary>The fields that an expression reads, or asks for.</summary>
    public IEnumerable<SchemaField> FieldsOf(Expr expr) => ExprTree.All(expr)
        .OfType<SelectExpr>()
        .Select(select => select.Operand is IdentExpr root ? schema.Find(root.Name, select.Field) : null)
        .OfType<SchemaField>()
        .Distinct();

    /// <summary>Whether an expression looks at nothing.</summary>
    public bool IsConstant(Expr expr) => Dependencies.Of(expr, schema) == Dependency.None;

    /// <summary>Whether an expression can be without a value.</summary>
    public bool CanBeUnknown(Expr expr) => Certainty.CanBeUnknown(expr, schema);

    /// <summary>Whether a field can be missing.</summary>
    public bool CanBeMissing(SchemaField field) =>
        CanBeUnknown(new SelectExpr(new IdentExpr(field.Root, Rooted: false, default), field.Name, SelectKind.Value, default));

    /// <summary>A clause's value where a field has a value; where the field is null, of intents of which nothing is known.</summary>
    public Truth Evaluate(Clause clause, SchemaField? field, Literal? value) =>
        budget.TryTake() ? _supposed.Evaluate(clause.Expr, field, value) : Truth.Unknown;

    /// <summary>A clause's value where a field is missing.</summary>
    public Truth EvaluateMissing(Clause clause, SchemaField field) =>
        budget.TryTake() ? _supposed.EvaluateMissing(clause.Expr, field) : Truth.Unknown;
}
