namespace Floodwall.Policy.Cel;

/// <summary>Reads types and signatures of declarations.</summary>
internal ref struct CelTypeReader
{
    private const int MaxNesting = 16;
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _nesting;

    private CelTypeReader(string text) => _text = text;

    public static CelType Type(string text)
    {
        var reader = new CelTypeReader(text);
        CelType type = reader.Type();
        reader.Finish();
        return type;
    }

    public static CelOverload Overload(string text)
    {
        var reader = new CelTypeReader(text);
        string id = reader.Name();
        bool member = reader.Peek() != '(';
        List<CelType> parameters = member ? [reader.Type()] : [];
        if (member)
        {
            reader.Expect('.');
        }

        reader.Types(parameters);
        reader.Expect('-');
        reader.Expect('>');
        CelType result = reader.Type();
        reader.Finish();
        return new CelOverload(id, member, parameters, result);
    }

    private CelType Type()
    {
        if (++_nesting > MaxNesting)
        {
            throw Error("the type is nested too deeply");
        }

        string name = Name();
        List<CelType> args = [];
        if (Peek() == '(')
        {
            Types(args);
        }

        _nesting--;
        return (name, args.Count) switch
        {
            ("list", 1) => CelType.List(args[0]),
            ("map", 2) => CelType.Map(args[0], args[1]),
            ("optional", 1) => CelType.Optional(args[0]),
            ("type", 1) => CelType.TypeOf(args[0]),
            ("dyn", 0) => CelType.Dyn,
            ("null_type", 0) => CelType.Null,
            ("bool", 0) => CelType.Bool,
            ("int", 0) => CelType.Int,
            ("uint", 0) => CelType.Uint,
            ("double", 0) => CelType.Double,
            ("string", 0) => CelType.String,
            ("bytes", 0) => CelType.Bytes,
            ("duration", 0) => CelType.Duration,
            ("timestamp", 0) => CelType.Timestamp,
            ([>= 'A' and <= 'Z'], 0) => CelType.Parameter(name),
            _ => throw Error($"'{name}' with {args.Count} arguments is no type"),
        };
    }

    private void Types(List<CelType> into)
    {
        Expect('(');
        while (Peek() != ')')
        {
            into.Add(Type());
            if (Peek() != ')')
            {
                Expect(',');
            }
        }

        Expect(')');
    }

    private string Name()
    {
        Peek();
        int start = _at;
        while (_at < _text.Length && CelKeywords.IsNamePart(_text[_at]))
        {
            _at++;
        }

        return _at > start ? _text[start.._at].ToString() : throw Error("a name was expected");
    }

    private char Peek()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void Expect(char c)
    {
        if (Peek() != c)
        {
            throw Error($"'{c}' was expected");
        }

        _at++;
    }

    private void Finish()
    {
        if (Peek() != '\0')
        {
            throw Error("the end was expected");
        }
    }

    private readonly FormatException Error(string what) => new($"'{_text}' at {_at}: {what}");
}
