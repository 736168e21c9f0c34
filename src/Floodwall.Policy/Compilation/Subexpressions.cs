using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Compilation;

/// <summary>Walks expressions.</summary>
internal static class Subexpressions
{
    /// <summary>An expression and all below it, from above.</summary>
    public static IEnumerable<Expr> Of(Expr root)
    {
        Stack<Expr> pending = new([root]);
        while (pending.TryPop(out Expr? expr))
        {
            yield return expr;
            foreach (Expr child in Children(expr))
            {
                pending.Push(child);
            }
        }
    }

    private static IEnumerable<Expr> Children(Expr expr) => expr switch
    {
        SelectExpr select => [select.Operand],
        CallExpr call => call.Target is null ? call.Args : [call.Target, .. call.Args],
        ListExpr list => list.Elements.Select(element => element.Value),
        MapExpr map => map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
        MacroExpr macro => macro.Filter is null ? [macro.Target, macro.Body] : [macro.Target, macro.Filter, macro.Body],
        _ => [],
    };
}
