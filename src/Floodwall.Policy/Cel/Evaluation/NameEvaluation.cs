namespace Floodwall.Policy.Cel;

/// <summary>
/// Names (langdef.md, "Name Resolution"): a macro's variable first; then variables and types, in the container's namespace and then in
/// each namespace around it; of a dotted name the longest part that is bound.
/// </summary>
internal static class NameEvaluation
{
    public static CelValue Ident(IdentExpr ident, EvaluationContext context)
    {
        if (!ident.Rooted && context.Local(ident.Name) is { } local)
        {
            return local;
        }

        return Resolve(ident.Name, ident.Rooted, context)
            ?? new CelError(CelErrorKind.UnboundVariable, $"undeclared reference to '{ident.Name}' (in container '{context.Container}')");
    }

    /// <summary>The value that a chain of selections is bound to as one dotted name; null where it is not.</summary>
    public static CelValue? Qualified(SelectExpr select, EvaluationContext context) =>
        QualifiedName(select, context, out bool rooted) is { } name ? Resolve(name, rooted, context) : null;

    /// <summary>The dotted name of a chain of plain selections from a name that no macro binds; null where it is none.</summary>
    public static string? QualifiedName(Expr node, EvaluationContext context, out bool rooted)
    {
        Stack<string> parts = new();
        while (node is SelectExpr { Kind: SelectKind.Value } select)
        {
            parts.Push(select.Field);
            node = select.Operand;
        }

        rooted = false;
        if (node is not IdentExpr ident || (!ident.Rooted && context.Local(ident.Name) is not null))
        {
            return null;
        }

        // Every selection of a chain looks at all of the chain in front of it.
        context.TryCharge(parts.Count);
        rooted = ident.Rooted;
        parts.Push(ident.Name);
        return string.Join('.', parts);
    }

    /// <summary>The names that a name can stand for, the innermost namespace first.</summary>
    public static IEnumerable<string> Candidates(string name, bool rooted, string container)
    {
        if (!rooted)
        {
            for (string scope = container; scope.Length > 0; scope = scope[..Math.Max(scope.LastIndexOf('.'), 0)])
            {
                yield return $"{scope}.{name}";
            }
        }

        yield return name;
    }

    private static CelValue? Resolve(string name, bool rooted, EvaluationContext context)
    {
        foreach (string candidate in Candidates(name, rooted, context.Container))
        {
            if (context.Activation.TryGet(candidate, out CelValue? value))
            {
                return value;
            }

            if (CelTypeNames.Denotations.TryGetValue(candidate, out CelTypeValue? type))
            {
                return type;
            }
        }

        return null;
    }
}
