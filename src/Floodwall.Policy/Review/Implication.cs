using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// Clauses that follow from another about the same operand: a prefix from a longer one, a suffix likewise, a part of a text from what holds
/// it, a network from one within it.
/// </summary>
/// <remarks>Both are unknown of the same intents: those whose operand is missing or, with networks, is none.</remarks>
internal static class Implication
{
    private const string Prefix = "startsWith";
    private const string Suffix = "endsWith";
    private const string Part = "contains";
    private const int LongestAffix = 256;

    /// <summary>Whether a clause holds wherever another does, and is unknown wherever that one is.</summary>
    public static bool Follows(Expr given, Expr clause)
    {
        if (given is not CallExpr one || clause is not CallExpr other)
        {
            return false;
        }

        if (Affix(one) is { } known && Affix(other) is { } asked)
        {
            bool fits = other.Function switch
            {
                Prefix => one.Function == Prefix && known.StartsWith(asked, StringComparison.Ordinal),
                Suffix => one.Function == Suffix && known.EndsWith(asked, StringComparison.Ordinal),
                _ => known.Contains(asked, StringComparison.Ordinal),
            };
            return fits && IsSame(one.Target!, other.Target!);
        }

        if (one is not { Function: CidrFunctions.Name, Target: null, Args: [Expr outer, Expr inner] }
            || other is not { Function: CidrFunctions.Name, Target: null, Args: [Expr askedOuter, Expr askedInner] })
        {
            return false;
        }

        return IsSame(inner, askedInner) ? Contains(askedOuter, outer) : IsSame(outer, askedOuter) && Contains(inner, askedInner);
    }

    /// <summary>Every text of a clause that follows from a prefix or a suffix, itself included.</summary>
    public static IEnumerable<string> WiderTexts(Expr given)
    {
        if (given is not CallExpr call || Affix(call) is not { } affix || call.Function == Part)
        {
            yield break;
        }

        for (int length = 0; length <= Math.Min(affix.Length, LongestAffix); length++)
        {
            string part = call.Function == Prefix ? affix[..length] : affix[^length..];
            if (part.Length == 0 || !(char.IsHighSurrogate(part[^1]) || char.IsLowSurrogate(part[0])))
            {
                yield return CelPrinter.Print(call with { Args = [new LiteralExpr(Literal.Of(part), default)] });
            }
        }
    }

    /// <summary>The fields of which a clause says in what range, or in what network, they are.</summary>
    public static IEnumerable<SchemaField> FieldsBounded(Clause clause, ReviewScope scope)
    {
        bool isNetwork = clause.Expr is CallExpr { Function: CidrFunctions.Name, Target: null };
        return scope.FieldsOf(clause.Expr).Where(field => isNetwork || field.Type == CelType.Int || field.Type == CelType.Double);
    }

    private static string? Affix(CallExpr call) =>
        call is { Function: Prefix or Suffix or Part, Target: not null, Args: [LiteralExpr { Value: { Kind: LiteralKind.String } text }] } ? text.AsString : null;

    private static bool Contains(Expr outer, Expr inner) =>
        outer is LiteralExpr { Value: { Kind: LiteralKind.String } a } && inner is LiteralExpr { Value: { Kind: LiteralKind.String } b }
        && CidrFunctions.Contains(a.AsString, b.AsString) is CelBool { Value: true };

    // Fields alone: cheap to tell, and what conditions are about.
    private static bool IsSame(Expr one, Expr other) =>
        one is SelectExpr { Kind: SelectKind.Value, Operand: IdentExpr a } x && other is SelectExpr { Kind: SelectKind.Value, Operand: IdentExpr b } y
        && a.Name == b.Name && x.Field == y.Field;
}
