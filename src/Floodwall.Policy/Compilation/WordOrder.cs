using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Refuses &lt;, &lt;=, &gt; and &gt;= on fields that hold one of a few words, such as <c>intent.priority</c>: they are text, and text is compared by the
/// alphabet, in which pager stands before urgent.
/// </summary>
internal static class WordOrder
{
    /// <summary>What is wrong with an expression that checked well; empty where nothing is.</summary>
    public static IEnumerable<CelDiagnostic> Check(CelChecked condition, IntentSchema schema)
    {
        foreach (CallExpr call in Subexpressions.Of(condition.Root).OfType<CallExpr>().Where(call => call.Target is null && IsOrder(call.Function) && call.Args.Count == 2))
        {
            for (int i = 0; i < 2; i++)
            {
                if (FieldIn(call.Args[i], condition, schema) is { } field)
                {
                    yield return Refusal(call, field, call.Args[1 - i], fieldIsLeft: i == 0, isPlain: FieldPoints.IsField(field, call.Args[i]));
                    break;
                }
            }
        }
    }

    private static CelDiagnostic Refusal(CallExpr call, SchemaField field, Expr other, bool fieldIsLeft, bool isPlain)
    {
        TraitField trait = ((TraitSource)field.Source).Field;
        IReadOnlyList<string> words = IntentFields.Words(trait);
        string symbol = call.Function.Trim('_');
        string? meant = null;
        if (isPlain && IntentFields.IsOrdered(trait) && other is LiteralExpr { Value: { Kind: LiteralKind.String } word } && words.Contains(word.AsString))
        {
            int at = IntentFields.Number(trait, word.AsString);
            IEnumerable<string> fitting = words.Where((_, number) => (fieldIsLeft, call.Function) switch
            {
                (true, Operators.Less) or (false, Operators.Greater) => number < at,
                (true, Operators.LessOrEqual) or (false, Operators.GreaterOrEqual) => number <= at,
                (true, Operators.Greater) or (false, Operators.Less) => number > at,
                _ => number >= at,
            });
            meant = List(field, fitting);
        }

        string order = IntentFields.IsOrdered(trait) ? $"{string.Join(" < ", words)}" : $"{string.Join(", ", words)}, in no order";
        return new CelDiagnostic(
            call.Span,
            $"'{symbol}' would compare {field} by the alphabet, but its words are {order}; expected the words that are meant, as in {List(field, words.TakeLast(2))}",
            meant);
    }

    private static string List(SchemaField field, IEnumerable<string> words) => $"{field} in [{string.Join(", ", words.Select(word => $"\"{word}\""))}]";

    /// <summary>The field whose word an operand can be, or be made of; null where there is none.</summary>
    private static SchemaField? FieldIn(Expr operand, CelChecked condition, IntentSchema schema)
    {
        Stack<Expr> open = new([operand]);
        HashSet<Expr> seen = new(ReferenceEqualityComparer.Instance);
        while (open.TryPop(out Expr? expr))
        {
            // A number or a truth value made of a word has an order of its own.
            if (!seen.Add(expr) || condition.TypeOf(expr).Kind is CelTypeKind.Bool or CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.Double)
            {
                continue;
            }

            if (expr is SelectExpr { Operand: IdentExpr root } select && schema.Find(root.Name, select.Field) is { Source: TraitSource } field)
            {
                return field;
            }

            if (condition.ReferenceOf(expr) is CelLocalReference local)
            {
                open.Push(local.Macro.Target);
            }

            foreach (Expr child in ExprTree.Children(expr))
            {
                open.Push(child);
            }
        }

        return null;
    }

    private static bool IsOrder(string function) => function is Operators.Less or Operators.LessOrEqual or Operators.Greater or Operators.GreaterOrEqual;
}
