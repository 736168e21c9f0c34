namespace Floodwall.Policy.Cel;

/// <summary>
/// <c>&amp;&amp;</c> and <c>||</c>, and the macros that are made of them: one operand can decide alone, whatever the others are. Where
/// none does, an unknown wins over an error (eval.proto, ExprValue.unknown), because its value could still decide.
/// </summary>
internal struct LogicEvaluation(bool deciding, string name)
{
    private CelError? _error;
    private CelUnknown? _unknown;
    private bool _decided;

    /// <summary>What the operands taken so far amount to.</summary>
    public readonly CelValue Verdict => _decided ? CelValue.Of(deciding) : (CelValue?)_unknown ?? (CelValue?)_error ?? CelValue.Of(!deciding);

    /// <summary>Takes an operand. True where it decides.</summary>
    /// <param name="operand">Its value.</param>
    /// <param name="span">Where it stands.</param>
    public bool Take(CelValue operand, SourceSpan span)
    {
        switch (operand)
        {
            case CelBool value:
                _decided |= value.Value == deciding;
                break;
            case CelUnknown unknown:
                _unknown = unknown.And(_unknown);
                break;
            case CelError error:
                _error ??= error;
                break;
            default:
                _error ??= CelError.NoOverload(name, operand).At(span);
                break;
        }

        return _decided;
    }

    /// <summary>A conjunction or disjunction of a call's operands, which may be two or more.</summary>
    public static CelValue Operator(CallExpr call, bool deciding, EvaluationContext context)
    {
        LogicEvaluation logic = new(deciding, call.Function);
        foreach (Expr operand in call.Args)
        {
            if (logic.Take(ReferenceEvaluator.Visit(operand, context), operand.Span))
            {
                break;
            }
        }

        return logic.Verdict;
    }

    /// <summary><c>condition ? then : else</c>: only the branch that is taken is evaluated.</summary>
    public static CelValue Conditional(CallExpr call, EvaluationContext context)
    {
        CelValue condition = ReferenceEvaluator.Visit(call.Args[0], context);
        return condition switch
        {
            CelBool value => ReferenceEvaluator.Visit(call.Args[value.Value ? 1 : 2], context),
            _ when condition.IsErrorOrUnknown => condition,
            _ => CelError.NoOverload(call.Function, condition),
        };
    }
}
