namespace Floodwall.Policy.Cel;

/// <summary>
/// Evaluates expressions by walking their tree, exactly as google/cel-spec, doc/langdef.md ("Evaluation") has it: the tier that faster
/// ones are held against. It never throws on an expression: whatever goes wrong is a <see cref="CelError"/>. For one thread at a time.
/// </summary>
public sealed class ReferenceEvaluator
{
    private readonly EvaluationLimits _limits;
    private readonly string _container;
    private readonly PatternCache _patterns = new();

    /// <summary>An evaluator.</summary>
    /// <param name="limits">What bounds each evaluation; null for <see cref="EvaluationLimits.Default"/>.</param>
    /// <param name="container">The namespace in which names are looked up first, such as <c>com.example</c>; empty for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public ReferenceEvaluator(EvaluationLimits? limits = null, string container = "")
    {
        ArgumentNullException.ThrowIfNull(container);
        _limits = (limits ?? EvaluationLimits.Default).Checked();
        _container = container;
    }

    /// <summary>The value of an expression, or a <see cref="CelError"/> or <see cref="CelUnknown"/>.</summary>
    public CelValue Evaluate(Expr expression, ICelActivation activation)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(activation);
        EvaluationContext context = new(activation, _container, _limits, _patterns);
        CelValue value = Visit(expression, context);

        // No operator may absorb that the evaluation was cut short.
        return context.Exceeded ?? value;
    }

    /// <summary>The value of one node; errors carry its place.</summary>
    internal static CelValue Visit(Expr node, EvaluationContext context)
    {
        if (!context.TryCharge(1))
        {
            return context.ExceededAt(node.Span);
        }

        if (context.Depth >= context.Limits.MaxDepth)
        {
            context.Exceed($"the expression is nested deeper than {context.Limits.MaxDepth}");
            return context.ExceededAt(node.Span);
        }

        context.Depth++;
        CelValue value = Dispatch(node, context);
        context.Depth--;
        if (value.Depth > context.Limits.MaxValueDepth)
        {
            context.Exceed($"a value is nested deeper than {context.Limits.MaxValueDepth}");
        }

        if (context.Exceeded is not null)
        {
            return context.ExceededAt(node.Span);
        }

        return value is CelError error ? error.At(node.Span) : value;
    }

    private static CelValue Dispatch(Expr node, EvaluationContext context) => node switch
    {
        LiteralExpr literal => CelValue.Of(literal.Value),
        IdentExpr ident => NameEvaluation.Ident(ident, context),
        SelectExpr select => SelectionEvaluation.Select(select, context),
        CallExpr call => CallEvaluation.Call(call, context),
        ListExpr list => AggregateEvaluation.List(list, context),
        MapExpr map => AggregateEvaluation.Map(map, context),
        MacroExpr macro => MacroEvaluation.Macro(macro, context),
        MessageExpr message => new CelError(CelErrorKind.Unsupported, $"there are no message types here: {message.TypeName}"),
        _ => new CelError(CelErrorKind.Unsupported, $"a node that no evaluator knows: {node.GetType().Name}"),
    };
}
