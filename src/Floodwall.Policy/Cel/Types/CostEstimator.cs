namespace Floodwall.Policy.Cel;

/// <summary>Walks over a checked expression and bounds the cost and the size of every node's value.</summary>
internal sealed class CostEstimator
{
    private readonly CelChecked _checked;
    private readonly CostBounds _bounds;
    private readonly CallCosts _calls;
    private readonly Dictionary<Expr, long> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(MacroExpr, string), CelSizes> _locals = [];

    public CostEstimator(CelChecked expression, CelCostOptions options)
    {
        _checked = expression;
        _bounds = new CostBounds(options);
        _calls = new CallCosts(expression, _bounds);
    }

    /// <summary>A cost in units, and the bound of a value's size.</summary>
    public readonly record struct Estimate(long Cost, CelSizes Size);

    /// <summary>The cost of a node that was estimated; 0 for names that have no value.</summary>
    public long Known(Expr expr) => _known.GetValueOrDefault(expr);

    public Estimate Cost(Expr expr)
    {
        Estimate estimate = expr switch
        {
            LiteralExpr literal => new Estimate(1, CostBounds.OfLiteral(literal.Value)),
            IdentExpr ident => new Estimate(1, Named(ident)),
            SelectExpr select => Select(select),
            CallExpr call => Call(call),
            ListExpr list => List(list),
            MapExpr map => Map(map),
            MacroExpr macro => Macro(macro),
            _ => new Estimate(1, _bounds.OfType(CelType.Dyn)),
        };
        _known[expr] = estimate.Cost;
        return estimate;
    }

    private CelSizes Named(Expr expr) => _checked.ReferenceOf(expr) switch
    {
        CelVariableReference { Variable: var variable } => variable.Sizes ?? _bounds.OfType(variable.Type),
        CelLocalReference local when _locals.TryGetValue((local.Macro, local.Name), out CelSizes? bound) => bound,
        _ => _bounds.OfType(_checked.TypeOf(expr)),
    };

    private Estimate Select(SelectExpr select)
    {
        if (_checked.ReferenceOf(select) is CelVariableReference)
        {
            return new Estimate(1, Named(select));
        }

        Estimate operand = Cost(select.Operand);
        CelType from = _checked.TypeOf(select.Operand);
        bool wrapped = from.Kind == CelTypeKind.Optional;
        CelSizes target = wrapped ? _bounds.Element(operand.Size, from) : operand.Size;
        CelSizes field = _checked.ReferenceOf(select) is CelFieldReference reference
            ? reference.Field.Sizes ?? _bounds.OfType(reference.Field.Type)
            : _bounds.Element(target, wrapped ? from.Args[0] : from);
        bool optional = select.Kind == SelectKind.Optional || (wrapped && select.Kind == SelectKind.Value);
        return new Estimate(
            CelCostBound.Add(operand.Cost, 1),
            select.Kind == SelectKind.Test ? CostBounds.Scalar : optional ? new CelSizes(1, null, field) : field);
    }

    private Estimate Call(CallExpr call)
    {
        var reference = _checked.ReferenceOf(call) as CelFunctionReference;
        List<Expr> parts = [.. ExprTree.Children(call).Skip(reference is { IsQualified: true } ? 1 : 0)];
        List<Estimate> args = [.. parts.Select(Cost)];
        if (call is { Function: Operators.Conditional, Target: null } && args.Count == 3)
        {
            long branch = Math.Max(args[1].Cost, args[2].Cost);
            return new Estimate(CelCostBound.Add(CelCostBound.Add(args[0].Cost, branch), 1), CostBounds.Larger(args[1].Size, args[2].Size));
        }

        long cost = args.Aggregate(1L, (sum, arg) => CelCostBound.Add(sum, arg.Cost));
        List<(CelSizes Size, CelType Type)> sizes = [.. args.Zip(parts, (arg, part) => (arg.Size, _checked.TypeOf(part)))];
        return new Estimate(CelCostBound.Add(cost, _calls.Work(call, reference, sizes)), _calls.Result(call, reference, sizes));
    }

    private Estimate List(ListExpr list)
    {
        long cost = 1;
        CelSizes? element = null;
        foreach (ListElement item in list.Elements)
        {
            Estimate value = Cost(item.Value);
            CelSizes size = item.Optional ? _bounds.Element(value.Size, _checked.TypeOf(item.Value)) : value.Size;
            cost = CelCostBound.Add(cost, CelCostBound.Add(value.Cost, 1));
            element = element is null ? size : CostBounds.Larger(element, size);
        }

        return new Estimate(cost, new CelSizes(list.Elements.Count, null, element ?? CostBounds.Scalar));
    }

    private Estimate Map(MapExpr map)
    {
        long cost = 1;
        CelSizes? keys = null;
        CelSizes? values = null;
        foreach (MapEntry entry in map.Entries)
        {
            Estimate key = Cost(entry.Key);
            Estimate value = Cost(entry.Value);
            CelSizes size = entry.Optional ? _bounds.Element(value.Size, _checked.TypeOf(entry.Value)) : value.Size;

            // A key is hashed over its whole length.
            cost = CelCostBound.Add(cost, CelCostBound.Add(CelCostBound.Add(key.Cost, value.Cost), key.Size.Max));
            keys = keys is null ? key.Size : CostBounds.Larger(keys, key.Size);
            values = values is null ? size : CostBounds.Larger(values, size);
        }

        return new Estimate(cost, new CelSizes(map.Entries.Count, keys ?? CostBounds.Scalar, values ?? CostBounds.Scalar));
    }

    private Estimate Macro(MacroExpr macro)
    {
        Estimate range = Cost(macro.Target);
        CelType type = _checked.TypeOf(macro.Target);
        CelSizes key = type.Kind == CelTypeKind.Map ? _bounds.Key(range.Size, type) : CostBounds.Scalar;
        CelSizes value = _bounds.Element(range.Size, type);
        if (type.Kind == CelTypeKind.Dyn)
        {
            // A list's index or a map's key: whichever is larger.
            key = CostBounds.Larger(key, value);
        }

        CelSizes first = macro.SecondVariable is null && type.Kind != CelTypeKind.Map ? value : key;
        _locals[(macro, macro.Variable)] = first;
        if (macro.SecondVariable is not null)
        {
            _locals[(macro, macro.SecondVariable)] = value;
        }

        long filter = macro.Filter is null ? 0 : Cost(macro.Filter).Cost;
        Estimate body = Cost(macro.Body);
        bool optional = macro.Kind is MacroKind.OptMap or MacroKind.OptFlatMap;
        long count = optional ? 1 : range.Size.Max;
        long round = CelCostBound.Add(CelCostBound.Add(filter, body.Cost), 1);
        CelSizes result = macro.Kind switch
        {
            MacroKind.Filter => new CelSizes(count, null, first),
            MacroKind.Map or MacroKind.TransformList => new CelSizes(count, null, body.Size),
            MacroKind.TransformMap => new CelSizes(count, key, body.Size),
            MacroKind.TransformMapEntry => body.Size with { Max = CelCostBound.Times(count, body.Size.Max) },
            MacroKind.OptMap => new CelSizes(1, null, body.Size),
            MacroKind.OptFlatMap => body.Size,
            _ => CostBounds.Scalar,
        };
        return new Estimate(CelCostBound.Add(CelCostBound.Add(range.Cost, 1), CelCostBound.Times(count, round)), result);
    }
}
