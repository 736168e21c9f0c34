namespace Floodwall.Policy.Cel;

/// <summary>What the parts of the checker share while one expression is checked.</summary>
internal sealed class CheckState(CelEnvironment environment, CelCheckOptions options)
{
    private readonly CelDiagnosticBag _diagnostics = new(Math.Max(options.MaxDiagnostics, 1));
    private readonly Dictionary<Expr, CelType> _types = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expr, CelReference> _references = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expr, CelPattern> _patterns = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Name, CelType Type, MacroExpr Macro)> _locals = [];

    public CelEnvironment Environment => environment;

    public CelCheckOptions Options => options;

    public TypeUnifier Unifier { get; } = new();

    public void Report(SourceSpan span, string message, string? suggestion = null) => _diagnostics.Add(span, message, suggestion);

    /// <summary>What was probably meant; not looked for once nothing more is told.</summary>
    public string? Suggest(string name, IEnumerable<string> candidates) => _diagnostics.Full ? null : CelNames.Closest(name, candidates);

    public CelType Typed(Expr expr, CelType type) => _types[expr] = type;

    public void Refer(Expr expr, CelReference reference) => _references[expr] = reference;

    public void Compiled(CallExpr call, CelPattern pattern) => _patterns[call] = pattern;

    public void Bind(string name, CelType type, MacroExpr macro) => _locals.Add((name, type, macro));

    public void Unbind(int count) => _locals.RemoveRange(_locals.Count - count, count);

    /// <summary>The innermost variable of a macro of this name; null where there is none.</summary>
    public (CelType Type, MacroExpr Macro)? Local(string name)
    {
        int at = _locals.FindLastIndex(local => local.Name == name);
        return at < 0 ? null : (_locals[at].Type, _locals[at].Macro);
    }

    /// <summary>Every name that a variable could be meant by.</summary>
    public IEnumerable<string> VariableNames() =>
        _locals.Select(local => local.Name).Concat(environment.Variables.Select(variable => variable.Name)).Distinct();

    /// <summary>The name that a chain of plain selections spells, where its first part is no variable of a macro.</summary>
    public (string Name, bool Rooted)? QualifiedName(Expr expr)
    {
        var parts = new Stack<string>();
        while (expr is SelectExpr { Kind: SelectKind.Value } select && CelKeywords.IsPlainField(select.Field))
        {
            parts.Push(select.Field);
            expr = select.Operand;
        }

        if (expr is not IdentExpr ident || (!ident.Rooted && Local(ident.Name) is not null))
        {
            return null;
        }

        parts.Push(ident.Name);
        return (string.Join('.', parts), ident.Rooted);
    }

    public CelChecked Finish(Expr root)
    {
        foreach (Expr expr in _types.Keys.ToList())
        {
            _types[expr] = Unifier.Settle(_types[expr]);
        }

        return new CelChecked(root, environment, _diagnostics.Sorted(), _types, _references, _patterns);
    }
}
