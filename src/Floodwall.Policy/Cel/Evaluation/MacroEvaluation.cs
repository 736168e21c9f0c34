namespace Floodwall.Policy.Cel;

/// <summary>
/// The macros (langdef.md, "Macros"; the two-variable ones as in cel-go's two-variable comprehensions), each a loop of its own over a
/// list's elements or a map's keys. With two variables the first is the index or the key, the second the element or the value.
/// </summary>
internal static class MacroEvaluation
{
    public static CelValue Macro(MacroExpr macro, EvaluationContext context)
    {
        CelValue range = ReferenceEvaluator.Visit(macro.Target, context);
        if (range.IsErrorOrUnknown)
        {
            return range;
        }

        if (macro.Kind is MacroKind.OptMap or MacroKind.OptFlatMap)
        {
            return OverOptional(macro, range, context);
        }

        if (Items(range, macro.SecondVariable is not null) is not { } items)
        {
            return CelError.NoOverload(Name(macro.Kind), range);
        }

        return macro.Kind switch
        {
            MacroKind.All => Quantified(macro, items, deciding: false, context),
            MacroKind.Exists => Quantified(macro, items, deciding: true, context),
            MacroKind.ExistsOne => ExactlyOne(macro, items, context),
            MacroKind.Filter => Filtered(macro, items, context),
            MacroKind.Map or MacroKind.TransformList => ListOf(macro, items, context),
            MacroKind.TransformMap or MacroKind.TransformMapEntry => MapOf(macro, items, context),
            _ => new CelError(CelErrorKind.Unsupported, $"a macro that no evaluator knows: {macro.Kind}"),
        };
    }

    private static CelValue OverOptional(MacroExpr macro, CelValue target, EvaluationContext context)
    {
        if (target is not CelOptional optional)
        {
            return CelError.NoOverload(Name(macro.Kind), target);
        }

        if (optional.Value is null)
        {
            return CelOptional.None;
        }

        context.Push(macro.Variable, optional.Value);
        CelValue body = ReferenceEvaluator.Visit(macro.Body, context);
        context.Pop(1);
        return body switch
        {
            _ when body.IsErrorOrUnknown => body,
            _ when macro.Kind == MacroKind.OptMap => CelOptional.Some(body),
            CelOptional => body,
            _ => CelError.NoOverload(Name(macro.Kind), target, body),
        };
    }

    private static CelValue Quantified(MacroExpr macro, IEnumerable<Item> items, bool deciding, EvaluationContext context)
    {
        LogicEvaluation logic = new(deciding, Name(macro.Kind));
        foreach (Item item in items)
        {
            if (logic.Take(Visit(macro.Body, macro, item, context), macro.Body.Span) || context.Exceeded is not null)
            {
                break;
            }
        }

        return logic.Verdict;
    }

    private static CelValue ExactlyOne(MacroExpr macro, IEnumerable<Item> items, EvaluationContext context)
    {
        Strictness strict = default;
        int found = 0;
        foreach (Item item in items)
        {
            if (Holds(macro.Body, macro, item, context, ref strict))
            {
                found++;
            }

            if (context.Exceeded is not null)
            {
                break;
            }
        }

        return strict.Verdict ?? CelValue.Of(found == 1);
    }

    private static CelValue Filtered(MacroExpr macro, IEnumerable<Item> items, EvaluationContext context)
    {
        Strictness strict = default;
        List<CelValue> kept = [];
        foreach (Item item in items)
        {
            if (Holds(macro.Body, macro, item, context, ref strict))
            {
                kept.Add(item.First);
            }

            if (context.Exceeded is not null)
            {
                break;
            }
        }

        return strict.Verdict ?? new CelList(kept);
    }

    private static CelValue ListOf(MacroExpr macro, IEnumerable<Item> items, EvaluationContext context)
    {
        Strictness strict = default;
        List<CelValue> results = [];
        foreach (Item item in items)
        {
            if (macro.Filter is null || Holds(macro.Filter, macro, item, context, ref strict))
            {
                CelValue result = Visit(macro.Body, macro, item, context);
                if (strict.Take(result))
                {
                    results.Add(result);
                }
            }

            if (context.Exceeded is not null)
            {
                break;
            }
        }

        return strict.Verdict ?? new CelList(results);
    }

    private static CelValue MapOf(MacroExpr macro, IEnumerable<Item> items, EvaluationContext context)
    {
        Strictness strict = default;
        List<KeyValuePair<CelValue, CelValue>> results = [];
        foreach (Item item in items)
        {
            if (macro.Filter is null || Holds(macro.Filter, macro, item, context, ref strict))
            {
                CelValue result = Visit(macro.Body, macro, item, context);
                if (!strict.Take(result))
                {
                    continue;
                }

                if (macro.Kind == MacroKind.TransformMap)
                {
                    results.Add(KeyValuePair.Create(item.First, result));
                }
                else if (result is CelMap entries && context.TryCharge(entries.Entries.Length))
                {
                    results.AddRange(entries.Entries);
                }
                else
                {
                    strict.Take(CelError.NoOverload(Name(macro.Kind), result).At(macro.Body.Span));
                }
            }

            if (context.Exceeded is not null)
            {
                break;
            }
        }

        return strict.Verdict ?? CelMap.Create(results);
    }

    private static bool Holds(Expr condition, MacroExpr macro, Item item, EvaluationContext context, ref Strictness strict)
    {
        CelValue value = Visit(condition, macro, item, context);
        if (!strict.Take(value))
        {
            return false;
        }

        if (value is not CelBool holds)
        {
            strict.Take(CelError.NoOverload(Name(macro.Kind), value).At(condition.Span));
            return false;
        }

        return holds.Value;
    }

    private static CelValue Visit(Expr node, MacroExpr macro, Item item, EvaluationContext context)
    {
        context.Push(macro.Variable, item.First);
        if (macro.SecondVariable is not null)
        {
            context.Push(macro.SecondVariable, item.Second);
        }

        CelValue value = ReferenceEvaluator.Visit(node, context);
        context.Pop(macro.SecondVariable is null ? 1 : 2);
        return value;
    }

    /// <summary>What a macro walks: the elements or keys, with two variables the pairs; null where it is neither list nor map.</summary>
    private static IEnumerable<Item>? Items(CelValue range, bool pairs) => range switch
    {
        CelList list when pairs => list.Elements.Select((element, i) => new Item(CelValue.Of((long)i), element)),
        CelList list => list.Elements.Select(element => new Item(element, element)),
        CelMap map => map.Entries.Select(entry => new Item(entry.Key, entry.Value)),
        _ => null,
    };

    private static string Name(MacroKind kind) => kind switch
    {
        MacroKind.All => "all",
        MacroKind.Exists => "exists",
        MacroKind.ExistsOne => "exists_one",
        MacroKind.Filter => "filter",
        MacroKind.Map => "map",
        MacroKind.TransformList => "transformList",
        MacroKind.TransformMap => "transformMap",
        MacroKind.TransformMapEntry => "transformMapEntry",
        MacroKind.OptMap => "optMap",
        MacroKind.OptFlatMap => "optFlatMap",
        _ => kind.ToString(),
    };

    private readonly record struct Item(CelValue First, CelValue Second);
}
