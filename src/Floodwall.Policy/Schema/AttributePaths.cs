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
        CallExpr call => call with { Target = call.Target is null ? null : Normalize(call.Target), Args = [.. call.Args.Select(Normalize)] },
        SelectExpr select => select with { Operand = Normalize(select.Operand) },
        ListExpr list => list with { Elements = [.. list.Elements.Select(element => element with { Value = Normalize(element.Value) })] },
        MapExpr map => map with { Entries = [.. map.Entries.Select(entry => entry with { Key = Normalize(entry.Key), Value = Normalize(entry.Value) })] },
        MacroExpr macro => macro with
        {
            Target = Normalize(macro.Target),
            Filter = macro.Filter is null ? null : Normalize(macro.Filter),
            Body = Normalize(macro.Body),
        },
        _ => expr,
    };

    private static bool IsRoot(IdentExpr ident) => ident.Name == IntentSchema.AttributeRoot;
}
