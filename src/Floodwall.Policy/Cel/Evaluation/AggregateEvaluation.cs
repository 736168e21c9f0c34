namespace Floodwall.Policy.Cel;

/// <summary>Lists and maps written out. All of their parts are needed; a part with <c>?</c> is an optional, left out where it is none.</summary>
internal static class AggregateEvaluation
{
    public static CelValue List(ListExpr list, EvaluationContext context)
    {
        Strictness strict = default;
        List<CelValue> elements = new(list.Elements.Count);
        foreach (ListElement element in list.Elements)
        {
            CelValue value = Part(element.Value, element.Optional, context, out bool leftOut);
            if (strict.Take(value) && !leftOut)
            {
                elements.Add(value);
            }
        }

        return strict.Verdict ?? new CelList(elements);
    }

    public static CelValue Map(MapExpr map, EvaluationContext context)
    {
        Strictness strict = default;
        List<KeyValuePair<CelValue, CelValue>> entries = new(map.Entries.Count);
        foreach (MapEntry entry in map.Entries)
        {
            CelValue key = ReferenceEvaluator.Visit(entry.Key, context);
            CelValue value = Part(entry.Value, entry.Optional, context, out bool leftOut);
            if (strict.Take(key) & strict.Take(value) && !leftOut)
            {
                entries.Add(KeyValuePair.Create(key, value));
            }
        }

        return strict.Verdict ?? CelMap.Create(entries);
    }

    private static CelValue Part(Expr node, bool optional, EvaluationContext context, out bool leftOut)
    {
        CelValue value = ReferenceEvaluator.Visit(node, context);
        leftOut = false;
        if (!optional || value.IsErrorOrUnknown)
        {
            return value;
        }

        if (value is not CelOptional part)
        {
            return new CelError(CelErrorKind.InvalidArgument, $"what is written with '?' must be an optional, not {value.TypeName}").At(node.Span);
        }

        leftOut = part.Value is null;
        return part.Value ?? value;
    }
}
