namespace Floodwall.Policy.Cel;

/// <summary>Fields and indices (langdef.md, "Field Selection"; optional selection as in cel-go's optional types).</summary>
internal static class SelectionEvaluation
{
    /// <summary><c>e.f</c>, <c>has(e.f)</c> and <c>e.?f</c>.</summary>
    public static CelValue Select(SelectExpr select, EvaluationContext context)
    {
        if (select.Kind == SelectKind.Value && NameEvaluation.Qualified(select, context) is { } bound)
        {
            return bound;
        }

        CelValue operand = ReferenceEvaluator.Visit(select.Operand, context);
        return operand.IsErrorOrUnknown ? operand : select.Kind switch
        {
            SelectKind.Test => Test(operand, select.Field),
            SelectKind.Optional => Optional(operand, select.Field),
            _ => operand is CelOptional ? Optional(operand, select.Field) : Value(operand, select.Field),
        };
    }

    /// <summary><c>e[i]</c>.</summary>
    public static CelValue Index(CelValue operand, CelValue index)
    {
        if (operand is CelOptional)
        {
            return OptionalIndex(operand, index);
        }

        Find(operand, index, out CelValue found);
        return found;
    }

    /// <summary><c>e[?i]</c>, and <c>e[i]</c> of an optional.</summary>
    public static CelValue OptionalIndex(CelValue operand, CelValue index)
    {
        if (operand is CelOptional optional)
        {
            return optional.Value is null ? CelOptional.None : OptionalIndex(optional.Value, index);
        }

        return Find(operand, index, out CelValue found)
            ? CelOptional.Some(found)
            : found is CelError { ErrorKind: CelErrorKind.NoSuchKey } || IsOutside(operand, index) ? CelOptional.None : found;
    }

    private static CelValue Value(CelValue operand, string field)
    {
        switch (operand)
        {
            case CelMap map:
                return map.TryGet(field, out CelValue? found) ? found : NoSuchKey(CelValue.Of(field));
            case CelObject instance:
                CelField how = instance.Value.Find(field, out CelValue value);
                return how == CelField.NoSuchField ? NoSuchField(operand, field) : value;
            default:
                return NoSuchField(operand, field);
        }
    }

    private static CelValue Test(CelValue operand, string field)
    {
        switch (operand)
        {
            case CelMap map:
                return CelValue.Of(map.TryGet(field, out _));
            case CelObject instance:
                CelField how = instance.Value.Find(field, out CelValue value);
                return how switch
                {
                    CelField.NoSuchField => NoSuchField(operand, field),
                    CelField.NotSet => CelBool.False,
                    _ => value.IsErrorOrUnknown ? value : CelBool.True,
                };
            case CelOptional { Value: null }:
                return CelBool.False;
            case CelOptional { Value: { } inner }:
                return Test(inner, field);
            default:
                return NoSuchField(operand, field);
        }
    }

    private static CelValue Optional(CelValue operand, string field)
    {
        switch (operand)
        {
            case CelMap map:
                return map.TryGet(field, out CelValue? found) ? CelOptional.Some(found) : CelOptional.None;
            case CelObject instance:
                CelField how = instance.Value.Find(field, out CelValue value);
                return how switch
                {
                    CelField.NoSuchField => NoSuchField(operand, field),
                    CelField.NotSet => CelOptional.None,
                    _ => value.IsErrorOrUnknown ? value : CelOptional.Some(value),
                };
            case CelOptional { Value: null }:
                return CelOptional.None;
            case CelOptional { Value: { } inner }:
                return Optional(inner, field);
            default:
                return NoSuchField(operand, field);
        }
    }

    /// <summary>The element or the entry's value; else false and the error.</summary>
    private static bool Find(CelValue operand, CelValue index, out CelValue found)
    {
        switch (operand)
        {
            case CelMap map:
                bool has = map.TryGet(index, out CelValue? value);
                found = value ?? NoSuchKey(index);
                return has;
            case CelList list when Position(index) is { } position:
                bool inside = position >= 0 && position < list.Elements.Length;
                found = inside ? list.Elements[(int)position] : new CelError(
                    CelErrorKind.InvalidArgument, $"index {position} out of bounds: the list has {list.Elements.Length} elements");
                return inside;
            case CelList:
                found = new CelError(CelErrorKind.InvalidArgument, $"a list's index is a whole number, not {index}");
                return false;
            default:
                found = CelError.NoOverload(Operators.Index, operand, index);
                return false;
        }
    }

    private static bool IsOutside(CelValue operand, CelValue index) =>
        operand is CelList list && Position(index) is { } position && (position < 0 || position >= list.Elements.Length);

    /// <summary>An index as a number; null where it is no whole one. What is too large for a long is as far outside as the largest long.</summary>
    private static long? Position(CelValue index) => index switch
    {
        CelInt number => number.Value,
        CelUint number => (long)Math.Min(number.Value, long.MaxValue),
        CelDouble number when double.IsInteger(number.Value) => (long)Math.Clamp(number.Value, -1, int.MaxValue),
        _ => null,
    };

    private static CelError NoSuchKey(CelValue key) => new(CelErrorKind.NoSuchKey, $"no such key: {key}");

    private static CelError NoSuchField(CelValue operand, string field) => operand is CelObject
        ? new(CelErrorKind.NoSuchField, $"no such field: {operand.TypeName} has no '{field}'")
        : new(CelErrorKind.NoSuchField, $"no such key: type '{operand.TypeName}' has no fields, so no '{field}'");
}
