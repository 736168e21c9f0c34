namespace Floodwall.Policy.Cel;

/// <summary>What the checker found out about an expression, node by node. Nodes are told apart by reference.</summary>
public sealed class CelChecked
{
    private readonly IReadOnlyDictionary<Expr, CelType> _types;
    private readonly IReadOnlyDictionary<Expr, CelReference> _references;
    private readonly IReadOnlyDictionary<Expr, CelPattern> _patterns;

    internal CelChecked(
        Expr root,
        CelEnvironment environment,
        IReadOnlyList<CelDiagnostic> diagnostics,
        IReadOnlyDictionary<Expr, CelType> types,
        IReadOnlyDictionary<Expr, CelReference> references,
        IReadOnlyDictionary<Expr, CelPattern> patterns)
    {
        Root = root;
        Environment = environment;
        Diagnostics = diagnostics;
        _types = types;
        _references = references;
        _patterns = patterns;
    }

    /// <summary>The expression.</summary>
    public Expr Root { get; }

    /// <summary>What it was checked against.</summary>
    public CelEnvironment Environment { get; }

    /// <summary>The errors in the order of the text; empty where the expression is well typed.</summary>
    public IReadOnlyList<CelDiagnostic> Diagnostics { get; }

    /// <summary>Whether there are no errors.</summary>
    public bool IsValid => Diagnostics.Count == 0;

    /// <summary>The type of the whole.</summary>
    public CelType Type => TypeOf(Root);

    /// <summary>The type of a node; <c>dyn</c> where it is shown at run time only, and of names that have no value.</summary>
    public CelType TypeOf(Expr expr) => _types.GetValueOrDefault(expr, CelType.Dyn);

    /// <summary>What a name, selection or call means; null for the other nodes, and for fields found at run time.</summary>
    public CelReference? ReferenceOf(Expr expr) => _references.GetValueOrDefault(expr);

    /// <summary>The compiled pattern of a call of <c>matches</c> with a constant pattern; else null.</summary>
    public CelPattern? PatternOf(CallExpr call) => _patterns.GetValueOrDefault(call);
}
