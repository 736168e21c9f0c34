namespace Floodwall.Policy.Cel;

/// <summary>Walks over expressions whatever their kind.</summary>
internal static class ExprTree
{
    /// <summary>The parts of an expression, in the order of the text.</summary>
    public static IEnumerable<Expr> Children(Expr expr) => expr switch
    {
        SelectExpr select => [select.Operand],
        CallExpr { Target: null } call => call.Args,
        CallExpr call => call.Args.Prepend(call.Target!),
        ListExpr list => list.Elements.Select(element => element.Value),
        MapExpr map => map.Entries.SelectMany(entry => (Expr[])[entry.Key, entry.Value]),
        MessageExpr message => message.Fields.Select(field => field.Value),
        MacroExpr { Filter: null } macro => [macro.Target, macro.Body],
        MacroExpr macro => [macro.Target, macro.Filter!, macro.Body],
        _ => [],
    };

    /// <summary>Every node, parents before their parts. Does not recurse.</summary>
    public static IEnumerable<Expr> All(Expr root)
    {
        var open = new Stack<Expr>([root]);
        while (open.TryPop(out Expr? expr))
        {
            yield return expr;
            foreach (Expr child in Children(expr))
            {
                open.Push(child);
            }
        }
    }

    /// <summary>A node that lies more than <paramref name="height"/> levels deep; null where there is none. Does not recurse.</summary>
    public static Expr? FirstBelow(Expr root, int height)
    {
        var open = new Stack<(Expr Expr, int Depth)>([(root, 1)]);
        while (open.TryPop(out (Expr Expr, int Depth) top))
        {
            if (top.Depth > height)
            {
                return top.Expr;
            }

            foreach (Expr child in Children(top.Expr))
            {
                open.Push((child, top.Depth + 1));
            }
        }

        return null;
    }
}
