namespace Floodwall.Policy.Cel;

/// <summary>Checks macros: their range, the variables that they bind, and their parts.</summary>
internal sealed class MacroChecker(CheckState state, ExprChecker exprs)
{
    public CelType Check(MacroExpr macro)
    {
        CelType target = state.Unifier.Resolve(exprs.Check(macro.Target));
        return macro.Kind is MacroKind.OptMap or MacroKind.OptFlatMap ? OfOptional(macro, target) : OfRange(macro, target);
    }

    private CelType OfOptional(MacroExpr macro, CelType target)
    {
        CelType value = state.Unifier.Fresh();
        if (!state.Unifier.TryAssign(target, CelType.Optional(value)))
        {
            state.Report(macro.Target.Span, $"{Name(macro)}() wants an optional value, not {state.Unifier.Settle(target)}");
            value = CelType.Dyn;
        }

        state.Bind(macro.Variable, target.Kind == CelTypeKind.Dyn ? CelType.Dyn : state.Unifier.Resolve(value), macro);
        CelType body = exprs.Check(macro.Body);
        state.Unbind(1);
        if (macro.Kind == MacroKind.OptMap)
        {
            return CelType.Optional(body);
        }

        CelType inner = state.Unifier.Fresh();
        if (!state.Unifier.TryAssign(body, CelType.Optional(inner)))
        {
            state.Report(macro.Body.Span, $"{Name(macro)}() wants an optional value of its body, not {state.Unifier.Settle(body)}");
            return CelType.Dyn;
        }

        return CelType.Optional(state.Unifier.Resolve(inner));
    }

    private CelType OfRange(MacroExpr macro, CelType range)
    {
        (CelType key, CelType value) = Range(macro, range);
        bool two = macro.SecondVariable is not null;

        // One variable is a list's element or a map's key.
        bool isMap = range.Kind == CelTypeKind.Map;
        CelType element = isMap ? key : value;
        state.Bind(macro.Variable, two ? key : element, macro);
        if (two)
        {
            state.Bind(macro.SecondVariable!, value, macro);
        }

        if (macro.Filter is not null)
        {
            exprs.Expect(macro.Filter, CelType.Bool, $"the condition of {Name(macro)}()");
        }

        CelType result = Result(macro, key, element);
        state.Unbind(two ? 2 : 1);
        return result;
    }

    private (CelType Key, CelType Value) Range(MacroExpr macro, CelType range)
    {
        switch (range.Kind)
        {
            case CelTypeKind.List:
                return (CelType.Int, range.Args[0]);
            case CelTypeKind.Map:
                return (range.Args[0], range.Args[1]);
            case CelTypeKind.Dyn:
                return (CelType.Dyn, CelType.Dyn);
            case CelTypeKind.Parameter:
                state.Unifier.TryAssign(CelType.Dyn, range);
                return (CelType.Dyn, CelType.Dyn);
            default:
                state.Report(macro.Target.Span, $"{Name(macro)}() wants a list or a map, not {state.Unifier.Settle(range)}");
                return (CelType.Dyn, CelType.Dyn);
        }
    }

    private CelType Result(MacroExpr macro, CelType key, CelType element)
    {
        switch (macro.Kind)
        {
            case MacroKind.All or MacroKind.Exists or MacroKind.ExistsOne:
                exprs.Expect(macro.Body, CelType.Bool, $"the condition of {Name(macro)}()");
                return CelType.Bool;
            case MacroKind.Filter:
                exprs.Expect(macro.Body, CelType.Bool, $"the condition of {Name(macro)}()");
                return CelType.List(element);
            case MacroKind.Map or MacroKind.TransformList:
                return CelType.List(state.Unifier.Resolve(exprs.Check(macro.Body)));
            case MacroKind.TransformMap:
                return CelType.Map(key, state.Unifier.Resolve(exprs.Check(macro.Body)));
            default:
                return Entries(macro);
        }
    }

    private CelType Entries(MacroExpr macro)
    {
        CelType body = exprs.Check(macro.Body);
        CelType map = CelType.Map(state.Unifier.Fresh(), state.Unifier.Fresh());
        if (!state.Unifier.TryAssign(body, map))
        {
            state.Report(macro.Body.Span, $"{Name(macro)}() wants a map of one entry of its body, not {state.Unifier.Settle(body)}");
        }

        return state.Unifier.Resolve(map);
    }

    private static string Name(MacroExpr macro) => CelPrinter.NameOf(macro);
}
