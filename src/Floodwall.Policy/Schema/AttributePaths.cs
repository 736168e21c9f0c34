using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Schema;

/// <summary>
/// Attributes whose names are no identifiers are written <c>attr["na.me"]</c> and <c>"na.me" in attr</c>. Both are brought to the form of
/// fields, so that checker, evaluators and compiler see one way of reading an attribute.
/// </summary>
internal static class AttributePaths
{
    /// <summary>The expression with every such place rewritten.</summary>
    public static Expr Normalize(Expr expr) => expr switch
    {
        CallExpr { Function: Operators.Index or Operators.OptionalIndex, Target: null } call when call.Args is [IdentExpr root, LiteralExpr { Value.Kind: LiteralKind.String } key] && IsRoot(root)
            => new SelectExpr(root, key.Value.AsString, call.Function == Operators.Index ? SelectKind.Value : SelectKind.Optional, call.Span),
        CallExpr { Function: Operators.In, Target: null } call when call.Args is [LiteralExpr { Value.Kind: LiteralKind.String } key, IdentExpr root] && IsRoot(root)
            => new SelectExpr(root, key.Value.AsString, SelectKind.Test, call.Span),
        _ => Within(expr, Normalize),
    };

    /// <summary>The way back, for people: <c>attr["na.me"]</c>, as documents, maps and messages write it.</summary>
    public static Expr Written(Expr expr) => expr switch
    {
        SelectExpr { Operand: IdentExpr root } select when IsRoot(root) && !CelKeywords.IsPlainField(select.Field) => Quoted(select, root),
        _ => Within(expr, Written),
    };

    private static CallExpr Quoted(SelectExpr select, IdentExpr root)
    {
        LiteralExpr key = new(Literal.Of(select.Field), select.Span);
        return select.Kind switch
        {
            SelectKind.Test => new CallExpr(Operators.In, null, [key, root], select.Span),
            SelectKind.Optional => new CallExpr(Operators.OptionalIndex, null, [root, key], select.Span),
            _ => new CallExpr(Operators.Index, null, [root, key], select.Span),
        };
    }

    private static Expr Within(Expr expr, Func<Expr, Expr> rewrite) => expr switch
    {
        CallExpr call => call with { Target = call.Target is null ? null : rewrite(call.Target), Args = [.. call.Args.Select(rewrite)] },
        SelectExpr select => select with { Operand = rewrite(select.Operand) },
        ListExpr list => list with { Elements = [.. list.Elements.Select(element => element with { Value = rewrite(element.Value) })] },
        MapExpr map => map with { Entries = [.. map.Entries.Select(entry => entry with { Key = rewrite(entry.Key), Value = rewrite(entry.Value) })] },
        MacroExpr macro => macro with
        {
            Target = rewrite(macro.Target),
            Filter = macro.Filter is null ? null : rewrite(macro.Filter),
            Body = rewrite(macro.Body),
        },
        _ => expr,
    };

    private static bool IsRoot(IdentExpr ident) => ident.Name == IntentSchema.AttributeRoot;
}
