using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>
/// An expression as alternatives, each a conjunction: the disjunctive normal form, with negations in front of the innermost parts alone.
/// </summary>
/// <remarks>
/// AND, OR and NOT of three truth values distribute and obey De Morgan's laws, so the alternatives together have the value of the expression
/// also where some of it is unknown. A conditional (<c>a ? b : c</c>) would not, and counts as one part.
/// </remarks>
internal static class Alternatives
{
    /// <summary>The alternatives; null where there are more than <paramref name="max"/>.</summary>
    /// <param name="expr">The expression.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="holds">True for the expression, false for its negation.</param>
    public static IReadOnlyList<IReadOnlyList<Clause>>? Of(Expr expr, int max, bool holds = true) => expr switch
    {
        CallExpr { Function: Operators.Not, Target: null, Args: [Expr inner] } => Of(inner, max, !holds),
        CallExpr { Function: Operators.Or, Target: null } or => holds ? Either(or.Args, max, holds) : Both(or.Args, max, holds),
        CallExpr { Function: Operators.And, Target: null } and => holds ? Both(and.Args, max, holds) : Either(and.Args, max, holds),
        _ => [[Part(expr, holds)]],
    };

    private static List<IReadOnlyList<Clause>>? Either(IReadOnlyList<Expr> parts, int max, bool holds)
    {
        List<IReadOnlyList<Clause>> all = [];
        foreach (Expr part in parts)
        {
            if (Of(part, max, holds) is not { } more || all.Count + more.Count > max)
            {
                return null;
            }

            all.AddRange(more);
        }

        return all;
    }

    private static IReadOnlyList<IReadOnlyList<Clause>>? Both(IReadOnlyList<Expr> parts, int max, bool holds)
    {
        IReadOnlyList<IReadOnlyList<Clause>> all = [[]];
        foreach (Expr part in parts)
        {
            if (Of(part, max, holds) is not { } more || all.Count * more.Count > max)
            {
                return null;
            }

            all = [.. all.SelectMany(left => more.Select(right => (IReadOnlyList<Clause>)[.. left, .. right]))];
        }

        return all;
    }

    private static Clause Part(Expr expr, bool holds)
    {
        Expr part = (holds, expr) switch
        {
            (true, _) => expr,
            (_, CallExpr { Function: Operators.Equal, Target: null } equal) => equal with { Function = Operators.NotEqual },
            (_, CallExpr { Function: Operators.NotEqual, Target: null } unequal) => unequal with { Function = Operators.Equal },
            _ => new CallExpr(Operators.Not, null, [expr], expr.Span),
        };
        return new Clause(part, CelPrinter.Print(part), IsScope: false);
    }
}
