using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// The values of a field that stand for all: where a conjunction is false for each of them, it is false for every value of the field.
/// </summary>
internal sealed class FieldPoints
{
    private FieldPoints(IReadOnlyList<Literal> values, bool isFinite, Func<Expr, bool> decides)
    {
        Values = values;
        IsFinite = isFinite;
        Decides = decides;
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<Literal> Values { get; }

    /// <summary>Whether the field can have no other value where the conjunction holds.</summary>
    public bool IsFinite { get; }

    /// <summary>Whether a clause may be evaluated at these values to tell about all others.</summary>
    public Func<Expr, bool> Decides { get; }

    /// <summary>The points of a field under a conjunction; null where there is nothing to go by.</summary>
    public static FieldPoints? Of(SchemaField field, IReadOnlyList<Expr> clauses)
    {
        if (field.Source is TraitSource trait)
        {
            IEnumerable<Literal> words = trait.Field == TraitField.Destructive
                ? [Literal.True, Literal.False]
                : IntentFields.Words(trait.Field).Select(Literal.Of);
            return new FieldPoints([.. words], isFinite: true, _ => true);
        }

        if (field.Type == CelType.Bool)
        {
            return new FieldPoints([Literal.True, Literal.False], isFinite: true, _ => true);
        }

        if (clauses.Select(clause => EqualTo(field, clause)).FirstOrDefault(values => values is not null) is { } equal)
        {
            return new FieldPoints(equal, isFinite: true, _ => true);
        }

        bool isInt = field.Type == CelType.Int;
        return isInt || field.Type == CelType.Double ? Numbers(field, isInt, clauses) : null;
    }

    /// <summary>Whether an expression is the field.</summary>
    public static bool IsField(SchemaField field, Expr expr) =>
        expr is SelectExpr { Kind: SelectKind.Value, Operand: IdentExpr root } select && root.Name == field.Root && select.Field == field.Name;

    /// <summary>The values that a clause <c>field == x</c> or <c>field in [x, y]</c> leaves; null for other clauses.</summary>
    private static List<Literal>? EqualTo(SchemaField field, Expr clause)
    {
        if (clause is not CallExpr { Target: null, Args: [Expr left, Expr right] } call)
        {
            return null;
        }

        return call.Function switch
        {
            Operators.Equal when IsField(field, left) && right is LiteralExpr literal => [literal.Value],
            Operators.Equal when IsField(field, right) && left is LiteralExpr literal => [literal.Value],
            Operators.In when IsField(field, left) && right is ListExpr list && list.Elements.All(element => element is { Optional: false, Value: LiteralExpr })
                => [.. list.Elements.Select(element => ((LiteralExpr)element.Value).Value)],
            _ => null,
        };
    }

    // Between two neighbouring literals a clause that only compares the field with literals does not change.
    private static FieldPoints? Numbers(SchemaField field, bool isInt, IReadOnlyList<Expr> clauses)
    {
        List<double> doubles = [];
        List<long> ints = [];
        foreach (Literal literal in clauses.Where(clause => IsStepwise(field, clause)).SelectMany(clause => Compared(field, clause)))
        {
            if (literal.Kind == LiteralKind.Int)
            {
                ints.Add(literal.AsInt);
                doubles.Add(literal.AsInt);
            }
            else if (literal.Kind == LiteralKind.Double && double.IsFinite(literal.AsDouble) && Math.Abs(literal.AsDouble) < 1L << 52)
            {
                doubles.Add(literal.AsDouble);
                ints.Add((long)Math.Floor(literal.AsDouble));
                ints.Add((long)Math.Ceiling(literal.AsDouble));
            }
            else
            {
                return null;
            }
        }

        IEnumerable<Literal> values = isInt
            ? ints.SelectMany(value => (long[])[value == long.MinValue ? value : value - 1, value, value == long.MaxValue ? value : value + 1])
                .Append(long.MinValue).Append(long.MaxValue).Distinct().Select(Literal.Of)
            : doubles.SelectMany(value => (double[])[Math.BitDecrement(value), value, Math.BitIncrement(value)])
                .Concat([double.NaN, double.NegativeInfinity, double.MinValue, double.MaxValue, double.PositiveInfinity]).Distinct().Select(Literal.Of);
        return ints.Count == 0 ? null : new FieldPoints([.. values], isFinite: false, clause => IsStepwise(field, clause));
    }

    /// <summary>Whether the field occurs in comparisons with literals alone.</summary>
    private static bool IsStepwise(SchemaField field, Expr expr) => expr switch
    {
        CallExpr { Target: null, Args: [Expr left, Expr right] } call when IsComparison(call.Function) && (IsField(field, left) || IsField(field, right))
            => (left is LiteralExpr || right is LiteralExpr),
        SelectExpr select when select.Operand is IdentExpr root && root.Name == field.Root && select.Field == field.Name => false,
        _ => ExprTree.Children(expr).All(child => IsStepwise(field, child)),
    };

    private static IEnumerable<Literal> Compared(SchemaField field, Expr clause) => ExprTree.All(clause)
        .OfType<CallExpr>()
        .Where(call => call is { Target: null, Args.Count: 2 } && IsComparison(call.Function) && call.Args.Any(arg => IsField(field, arg)))
        .SelectMany(call => call.Args.OfType<LiteralExpr>())
        .Select(literal => literal.Value);

    private static bool IsComparison(string function) => function is Operators.Equal or Operators.NotEqual
        or Operators.Less or Operators.LessOrEqual or Operators.Greater or Operators.GreaterOrEqual;
}
