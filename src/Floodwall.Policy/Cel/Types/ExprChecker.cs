namespace Floodwall.Policy.Cel;

/// <summary>Checks nodes by kind. A node with an error counts as <c>dyn</c>, so that one error does not cause others.</summary>
internal sealed class ExprChecker
{
    private readonly CheckState _state;
    private readonly CallChecker _calls;
    private readonly MacroChecker _macros;

    public ExprChecker(CheckState state)
    {
        _state = state;
        _calls = new CallChecker(state, this);
        _macros = new MacroChecker(state, this);
    }

    public CelType Check(Expr expr)
    {
        CelType type = expr switch
        {
            LiteralExpr literal => OfLiteral(literal.Value),
            IdentExpr ident => Ident(ident),
            SelectExpr select => Select(select),
            CallExpr call => _calls.Check(call),
            ListExpr list => List(list),
            MapExpr map => Map(map),
            MessageExpr message => Message(message),
            MacroExpr macro => _macros.Check(macro),
            _ => throw new ArgumentException($"{expr.GetType()} is no expression of the language", nameof(expr)),
        };
        return _state.Typed(expr, type);
    }

    /// <summary>Checks a part that must be of one type.</summary>
    public void Expect(Expr expr, CelType wanted, string what)
    {
        CelType type = Check(expr);
        if (!_state.Unifier.TryAssign(type, wanted))
        {
            _state.Report(expr.Span, $"{what} is of type {_state.Unifier.Settle(type)}; expected {wanted}");
        }
    }

    private static CelType OfLiteral(Literal literal) => literal.Kind switch
    {
        LiteralKind.Null => CelType.Null,
        LiteralKind.Bool => CelType.Bool,
        LiteralKind.Int => CelType.Int,
        LiteralKind.Uint => CelType.Uint,
        LiteralKind.Double => CelType.Double,
        LiteralKind.String => CelType.String,
        _ => CelType.Bytes,
    };

    private CelType Ident(IdentExpr ident)
    {
        if (!ident.Rooted && _state.Local(ident.Name) is (CelType local, MacroExpr macro))
        {
            _state.Refer(ident, new CelLocalReference(macro, ident.Name));
            return local;
        }

        if (_state.Environment.ResolveVariable(ident.Name, ident.Rooted) is CelVariable variable)
        {
            _state.Refer(ident, new CelVariableReference(variable));
            return variable.Type;
        }

        bool function = _state.Environment.ResolveFunction(ident.Name, ident.Rooted) is not null;
        _state.Report(
            ident.Span,
            function ? $"'{ident.Name}' is a function; it wants arguments in parentheses" : $"unknown name '{CelNames.Shown(ident.Name)}'",
            function ? null : _state.Suggest(ident.Name, _state.VariableNames()));
        return CelType.Dyn;
    }

    private CelType Select(SelectExpr select)
    {
        if (_state.QualifiedName(select) is (string name, bool rooted)
            && _state.Environment.ResolveVariable(name, rooted) is CelVariable variable)
        {
            _state.Refer(select, new CelVariableReference(variable));
            return variable.Type;
        }

        CelType operand = _state.Unifier.Resolve(Check(select.Operand));
        bool optional = operand.Kind == CelTypeKind.Optional;
        CelType field = Field(select, optional ? _state.Unifier.Resolve(operand.Args[0]) : operand);
        return select.Kind == SelectKind.Test
            ? CelType.Bool
            : optional || select.Kind == SelectKind.Optional ? CelType.Optional(field) : field;
    }

    private CelType Field(SelectExpr select, CelType operand)
    {
        switch (operand.Kind)
        {
            case CelTypeKind.Map:
                return operand.Args[1];
            case CelTypeKind.Dyn:
                return CelType.Dyn;
            case CelTypeKind.Parameter:
                _state.Unifier.TryAssign(CelType.Dyn, operand);
                return CelType.Dyn;
            case CelTypeKind.Struct when operand.Struct!.Find(select.Field) is CelFieldDeclaration field:
                _state.Refer(select, new CelFieldReference(operand.Struct, field));
                return field.Type;
            case CelTypeKind.Struct:
                SourceSpan span = FieldSpan(select);
                _state.Report(
                    span,
                    $"'{operand.Name}' has no field '{CelNames.Shown(select.Field)}'",
                    _state.Suggest(select.Field, operand.Struct.Fields.Select(known => known.Name)));
                return CelType.Dyn;
            default:
                _state.Report(select.Span, $"a value of type {operand} has no fields, so no '{CelNames.Shown(select.Field)}'");
                return CelType.Dyn;
        }
    }

    /// <summary>Where the field's name stands, behind the dot or bracket, if the selection was parsed; else the selection.</summary>
    private static SourceSpan FieldSpan(SelectExpr select)
    {
        int start = select.Operand.Span.End + (select.Kind == SelectKind.Optional ? 2 : 1);
        return start < select.Span.End ? new SourceSpan(start, select.Span.End - start) : select.Span;
    }

    private CelType List(ListExpr list)
    {
        CelType? element = null;
        foreach (ListElement item in list.Elements)
        {
            CelType type = item.Optional ? Unwrap(item.Value) : Check(item.Value);
            element = _state.Unifier.Join(element, type);
        }

        return CelType.List(element ?? _state.Unifier.Fresh());
    }

    private CelType Map(MapExpr map)
    {
        CelType? key = null;
        CelType? value = null;
        foreach (MapEntry entry in map.Entries)
        {
            CelType keyType = Check(entry.Key);
            key = _state.Unifier.Join(key, KeyType(entry.Key, keyType));
            value = _state.Unifier.Join(value, entry.Optional ? Unwrap(entry.Value) : Check(entry.Value));
        }

        return CelType.Map(key ?? _state.Unifier.Fresh(), value ?? _state.Unifier.Fresh());
    }

    /// <summary>The type of a map's key, which the language allows to be a bool, int, uint or string.</summary>
    public CelType KeyType(Expr key, CelType type)
    {
        CelType resolved = _state.Unifier.Resolve(type);
        if (resolved.Kind is CelTypeKind.Bool or CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.String
            or CelTypeKind.Dyn or CelTypeKind.Parameter)
        {
            return type;
        }

        _state.Report(key.Span, $"a map's key is a bool, int, uint or string, not {_state.Unifier.Settle(resolved)}");
        return CelType.Dyn;
    }

    private CelType Unwrap(Expr value)
    {
        CelType type = _state.Unifier.Resolve(Check(value));
        CelType inner = _state.Unifier.Fresh();
        if (_state.Unifier.TryAssign(type, CelType.Optional(inner)))
        {
            return _state.Unifier.Resolve(inner);
        }

        _state.Report(value.Span, $"what stands behind '?' is an optional value, not {_state.Unifier.Settle(type)}");
        return CelType.Dyn;
    }

    private CelType Message(MessageExpr message)
    {
        _state.Report(
            message.Span,
            $"there is no type '{CelNames.Shown(message.TypeName)}' that messages can be made of; maps are written {{\"name\": value}}");
        foreach (MessageField field in message.Fields)
        {
            Check(field.Value);
        }

        return CelType.Dyn;
    }
}
