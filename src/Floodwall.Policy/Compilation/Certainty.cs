using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>Whether an expression always has a value. Where that is not plain to see, the answer is that it may not.</summary>
internal static class Certainty
{
    /// <summary>Whether data can be missing or an evaluation fail.</summary>
    public static bool CanBeUnknown(Expr expr, IntentSchema schema) => expr switch
    {
        LiteralExpr => false,
        // An attribute of another type than declared is there, and yet unknown.
        SelectExpr { Operand: IdentExpr root, Kind: SelectKind.Test } select => schema.Find(root.Name, select.Field)?.Source is null or AttributeSource or ProviderSource,
        SelectExpr { Operand: IdentExpr root, Kind: SelectKind.Value } select => schema.Find(root.Name, select.Field)?.Source
            is not (SymbolSource or TraitSource or CostSource or IdSource or NowSource or NumberSource { Field: NumberField.Replicas or NumberField.FollowsBack or NumberField.CostMicros }),
        ListExpr list => list.Elements.Any(element => element.Optional || CanBeUnknown(element.Value, schema)),
        CallExpr call => !IsTotal(call.Function) || (call.Target is not null && CanBeUnknown(call.Target, schema))
            || call.Args.Any(arg => CanBeUnknown(arg, schema)),
        _ => true,
    };

    private static bool IsTotal(string function) => function
        is Operators.And or Operators.Or or Operators.Not or Operators.Conditional or Operators.In
        or Operators.Equal or Operators.NotEqual or Operators.Less or Operators.LessOrEqual or Operators.Greater or Operators.GreaterOrEqual
        or "startsWith" or "endsWith" or "contains" or "matches" or "size";
}
