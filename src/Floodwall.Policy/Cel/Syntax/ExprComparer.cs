using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Policy.Cel;

/// <summary>Compares expressions by what they say, not by where they stand.</summary>
public sealed class ExprComparer : IEqualityComparer<Expr>
{
    /// <summary>The one instance.</summary>
    public static ExprComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(Expr? x, Expr? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        return (x, y) switch
        {
            (LiteralExpr a, LiteralExpr b) => a.Value.Equals(b.Value),
            (IdentExpr a, IdentExpr b) => a.Name == b.Name && a.Rooted == b.Rooted,
            (SelectExpr a, SelectExpr b) => a.Field == b.Field && a.Kind == b.Kind && Equals(a.Operand, b.Operand),
            (CallExpr a, CallExpr b) => a.Function == b.Function && Equals(a.Target, b.Target) && All(a.Args, b.Args, Equals),
            (ListExpr a, ListExpr b) =>
                All(a.Elements, b.Elements, (p, q) => p.Optional == q.Optional && Equals(p.Value, q.Value)),
            (MapExpr a, MapExpr b) => All(
                a.Entries, b.Entries, (p, q) => p.Optional == q.Optional && Equals(p.Key, q.Key) && Equals(p.Value, q.Value)),
            (MessageExpr a, MessageExpr b) => a.TypeName == b.TypeName && All(
                a.Fields, b.Fields, (p, q) => p.Optional == q.Optional && p.Name == q.Name && Equals(p.Value, q.Value)),
            (MacroExpr a, MacroExpr b) => a.Kind == b.Kind && a.Variable == b.Variable && a.SecondVariable == b.SecondVariable
                && Equals(a.Target, b.Target) && Equals(a.Filter, b.Filter) && Equals(a.Body, b.Body),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] Expr obj)
    {
        // Kinds and names of every node in order: equal for equal expressions, and it does not recurse.
        var hash = new HashCode();
        foreach (Expr expr in ExprTree.All(obj))
        {
            hash.Add(expr switch
            {
                LiteralExpr literal => literal.Value.GetHashCode(),
                IdentExpr ident => StringComparer.Ordinal.GetHashCode(ident.Name),
                SelectExpr select => HashCode.Combine(StringComparer.Ordinal.GetHashCode(select.Field), select.Kind),
                CallExpr call => StringComparer.Ordinal.GetHashCode(call.Function),
                MessageExpr message => StringComparer.Ordinal.GetHashCode(message.TypeName),
                MacroExpr macro => (int)macro.Kind,
                _ => expr is ListExpr ? 1 : 2,
            });
        }

        return hash.ToHashCode();
    }

    private static bool All<T>(IReadOnlyList<T> a, IReadOnlyList<T> b, Func<T, T, bool> equal)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (int i = 0; i < a.Count; i++)
        {
            if (!equal(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }
}
