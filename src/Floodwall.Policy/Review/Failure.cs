using Floodwall.Policy.Cel;

namespace Floodwall.Policy;

/// <summary>Finds expressions that fail for every intent, such as <c>intent.replicas % 0 > 10</c>.</summary>
internal static class Failure
{
    /// <summary>Whether an expression has no value for any intent; where that is not plain to see, no.</summary>
    public static bool IsCertain(Expr expr, ReviewScope scope) => expr switch
    {
        LiteralExpr or IdentExpr => false,
        _ when scope.IsConstant(expr) => scope.Fails(expr),
        CallExpr { Function: Operators.And or Operators.Or, Target: null } logic => logic.Args.All(arg => IsCertain(arg, scope)),
        CallExpr { Function: Operators.Conditional, Target: null, Args: [Expr condition, Expr yes, Expr no] } =>
            IsCertain(condition, scope) || (IsCertain(yes, scope) && IsCertain(no, scope)),
        CallExpr { Function: Operators.Divide or Operators.Modulo, Target: null, Args: [_, LiteralExpr { Value: var by }] } when IsZero(by) => true,
        CallExpr call => (call.Target is not null && IsCertain(call.Target, scope)) || call.Args.Any(arg => IsCertain(arg, scope)),
        ListExpr list => list.Elements.Any(element => !element.Optional && IsCertain(element.Value, scope)),
        _ => false,
    };

    // A double is divided by zero without fail.
    private static bool IsZero(Literal by) => by is { Kind: LiteralKind.Int, AsInt: 0 } or { Kind: LiteralKind.Uint, AsUint: 0 };
}
