namespace Floodwall.Policy.Cel;

/// <summary>Operators, functions and methods.</summary>
internal static class CallEvaluation
{
    public static CelValue Call(CallExpr call, EvaluationContext context)
    {
        switch (call.Function)
        {
            case Operators.And when IsOperator(call, 2):
                return LogicEvaluation.Operator(call, deciding: false, context);
            case Operators.Or when IsOperator(call, 2):
                return LogicEvaluation.Operator(call, deciding: true, context);
            case Operators.Conditional when IsOperator(call, 3):
                return LogicEvaluation.Conditional(call, context);
            case OptionalFunctions.Or or OptionalFunctions.OrValue when call.Target is not null && call.Args.Count == 1:
                return Alternative(call, context);
            default:
                return Strict(call, context);
        }
    }

    private static bool IsOperator(CallExpr call, int operands) => call.Target is null && call.Args.Count >= operands;

    private static CelValue Strict(CallExpr call, EvaluationContext context)
    {
        bool method = call.Target is not null;
        string name = call.Function;

        // What reads as a method of a name can be a function of a dotted name: strings.quote(x).
        if (call.Target is { } target && Namespaced(target, call, context) is { } qualified)
        {
            method = false;
            name = qualified;
        }
        else if (!method)
        {
            name = NameEvaluation.Candidates(name.TrimStart('.'), rooted: name.StartsWith('.'), context.Container).FirstOrDefault(CelFunctions.IsKnown) ?? name;
        }

        Strictness strict = default;
        CelValue[] args = new CelValue[call.Args.Count + (method ? 1 : 0)];
        int next = 0;
        if (method)
        {
            args[next] = ReferenceEvaluator.Visit(call.Target!, context);
            strict.Take(args[next++]);
        }

        foreach (Expr arg in call.Args)
        {
            args[next] = ReferenceEvaluator.Visit(arg, context);
            strict.Take(args[next++]);
        }

        return strict.Verdict ?? CelFunctions.Invoke(name, method, args, context);
    }

    private static string? Namespaced(Expr target, CallExpr call, EvaluationContext context) =>
        NameEvaluation.QualifiedName(target, context, out bool rooted) is { } space
            ? NameEvaluation.Candidates($"{space}.{call.Function}", rooted, context.Container).FirstOrDefault(CelFunctions.IsKnown)
            : null;

    /// <summary><c>a.or(b)</c> and <c>a.orValue(b)</c>: b is evaluated only where a is none.</summary>
    private static CelValue Alternative(CallExpr call, EvaluationContext context)
    {
        CelValue first = ReferenceEvaluator.Visit(call.Target!, context);
        if (first.IsErrorOrUnknown)
        {
            return first;
        }

        if (first is not CelOptional optional)
        {
            return CelError.NoOverload(call.Function, first);
        }

        bool unwraps = call.Function == OptionalFunctions.OrValue;
        if (optional.Value is not null)
        {
            return unwraps ? optional.Value : optional;
        }

        CelValue second = ReferenceEvaluator.Visit(call.Args[0], context);
        return second.IsErrorOrUnknown || unwraps || second is CelOptional ? second : CelError.NoOverload(call.Function, first, second);
    }
}
