namespace Floodwall.Policy.Cel;

/// <summary>The grammar's innermost rules: Member and Primary.</summary>
internal sealed class CelPrimary(CelGrammar grammar, CelTokenCursor cursor)
{
    private const ulong IntMinimumMagnitude = 1UL << 63;

    /// <summary>Whether a token is an int or double, which a minus before it belongs to.</summary>
    public static bool IsSignedNumber(CelToken token) =>
        token is { Kind: TokenKind.Literal, Text: not null, Value.Kind: LiteralKind.Uint or LiteralKind.Double };

    /// <summary>A primary with the selections, indexes and calls that follow it.</summary>
    public Expr Member(CelToken? minus)
    {
        // The name that a chain of plain names spells, for a message's type; null once it is anything else.
        string? typeName = TypeNameStart();
        int start = minus?.Span.Start ?? cursor.Current.Span.Start;
        Expr expr = Primary(minus);
        typeName = expr is IdentExpr ? typeName : null;
        while (true)
        {
            switch (cursor.Current.Kind)
            {
                case TokenKind.Dot:
                    expr = Selection(expr, start, ref typeName);
                    break;
                case TokenKind.OpenBracket:
                    expr = Index(expr, start);
                    typeName = null;
                    break;
                case TokenKind.OpenBrace when typeName is not null:
                    expr = Message(typeName, start);
                    typeName = null;
                    break;
                default:
                    return expr;
            }
        }
    }

    private string? TypeNameStart() => cursor.Current.Kind switch
    {
        TokenKind.Identifier => cursor.Current.Text,
        TokenKind.Dot => "." + cursor.Following.Text,
        _ => null,
    };

    private Expr Selection(Expr operand, int start, ref string? typeName)
    {
        cursor.Take();
        bool optional = cursor.Accept(TokenKind.Question);
        CelToken name = cursor.Current;
        if (name.Kind is not (TokenKind.Identifier or TokenKind.QuotedIdentifier))
        {
            // A word of the language is meant as a name here: its place is taken, so that only one error comes of it.
            bool word = name.Text is not null && CelKeywords.IsNameStart(name.Text[0]);
            cursor.Expected("the name of a field or method", word ? $"`{name.Text}`" : null);
            typeName = null;
            if (word)
            {
                cursor.Take();
            }

            return operand;
        }

        cursor.Take();
        if (!optional && name.Kind == TokenKind.Identifier && cursor.At(TokenKind.OpenParen))
        {
            typeName = null;
            List<Expr> args = Arguments();
            SourceSpan span = Since(start);
            return grammar.Made(CelMacros.Method(operand, name, args, span, cursor) ?? new CallExpr(name.Text!, operand, args, span));
        }

        typeName = optional || typeName is null || name.Kind == TokenKind.QuotedIdentifier ? null : $"{typeName}.{name.Text}";
        return grammar.Made(new SelectExpr(operand, name.Text!, optional ? SelectKind.Optional : SelectKind.Value, Since(start)));
    }

    private CallExpr Index(Expr operand, int start)
    {
        CelToken open = cursor.Take();
        bool optional = cursor.Accept(TokenKind.Question);
        Expr index = grammar.Expression();
        cursor.Close(TokenKind.CloseBracket, open);
        string function = optional ? Operators.OptionalIndex : Operators.Index;
        return grammar.Made(new CallExpr(function, null, [operand, index], Since(start)));
    }

    private MessageExpr Message(string typeName, int start)
    {
        var fields = new List<MessageField>();
        Sequence(TokenKind.CloseBrace, trailingComma: true, () =>
        {
            bool optional = cursor.Accept(TokenKind.Question);
            CelToken name = cursor.Current;
            if (name.Kind is not (TokenKind.Identifier or TokenKind.QuotedIdentifier))
            {
                cursor.Expected("the name of a field");
                return;
            }

            cursor.Take();
            Colon();
            fields.Add(new MessageField(name.Text!, grammar.Expression(), optional));
        });
        return grammar.Made(new MessageExpr(typeName, fields, Since(start)));
    }

    private Expr Primary(CelToken? minus)
    {
        CelToken token = cursor.Current;
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return Number(cursor.Take(), minus);
            case TokenKind.Dot when cursor.Following.Kind == TokenKind.Identifier:
                cursor.Take();
                return Name(token.Span.Start, rooted: true);
            case TokenKind.Identifier:
                return Name(token.Span.Start, rooted: false);
            case TokenKind.OpenParen:
                cursor.Take();
                Expr inner = grammar.Expression();
                cursor.Close(TokenKind.CloseParen, token);
                return inner;
            case TokenKind.OpenBracket:
                return List();
            case TokenKind.OpenBrace:
                return Map();
            default:
                cursor.Expected("an expression");
                if (token.Kind is not (TokenKind.Comma or TokenKind.Colon or TokenKind.Question
                    or TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace))
                {
                    cursor.Take();
                }

                return grammar.Missing();
        }
    }

    private LiteralExpr Number(CelToken token, CelToken? minus)
    {
        SourceSpan span = minus is CelToken sign ? sign.Span.To(token.Span) : token.Span;
        Literal value = token.Value!;
        if (IsSignedNumber(token) && value.Kind == LiteralKind.Double)
        {
            value = minus is null ? value : Literal.Of(-value.AsDouble);
        }
        else if (IsSignedNumber(token))
        {
            ulong magnitude = value.AsUint;
            if (magnitude > IntMinimumMagnitude - (minus is null ? 1UL : 0UL))
            {
                cursor.Report(span, "the number is beyond the range of int", minus is null ? $"{token.Text}u" : null);
            }

            value = Literal.Of(minus is null ? (long)magnitude : unchecked((long)(0 - magnitude)));
        }

        return grammar.Made(new LiteralExpr(value, span));
    }

    private Expr Name(int start, bool rooted)
    {
        CelToken name = cursor.Take();
        if (CelKeywords.IsReserved(name.Text!))
        {
            cursor.Report(name.Span, $"'{name.Text}' is a reserved word; it can only name a field or method");
        }

        if (!cursor.At(TokenKind.OpenParen))
        {
            return grammar.Made(new IdentExpr(name.Text!, rooted, Since(start)));
        }

        List<Expr> args = Arguments();
        SourceSpan span = Since(start);
        return grammar.Made((rooted ? null : CelMacros.Function(name, args, span, cursor))
            ?? new CallExpr(rooted ? "." + name.Text : name.Text!, null, args, span));
    }

    private List<Expr> Arguments()
    {
        var args = new List<Expr>();
        Sequence(TokenKind.CloseParen, trailingComma: false, () => args.Add(grammar.Expression()));
        return args;
    }

    private ListExpr List()
    {
        int start = cursor.Current.Span.Start;
        var elements = new List<ListElement>();
        Sequence(TokenKind.CloseBracket, trailingComma: true, () =>
        {
            bool optional = cursor.Accept(TokenKind.Question);
            elements.Add(new ListElement(grammar.Expression(), optional));
        });
        return grammar.Made(new ListExpr(elements, Since(start)));
    }

    private MapExpr Map()
    {
        int start = cursor.Current.Span.Start;
        var entries = new List<MapEntry>();
        Sequence(TokenKind.CloseBrace, trailingComma: true, () =>
        {
            bool optional = cursor.Accept(TokenKind.Question);
            Expr key = grammar.Expression();
            Colon();
            entries.Add(new MapEntry(key, grammar.Expression(), optional));
        });
        return grammar.Made(new MapExpr(entries, Since(start)));
    }

    private void Colon()
    {
        if (!cursor.Accept(TokenKind.Colon))
        {
            cursor.Expected("':' and a value");
        }
    }

    /// <summary>Items between brackets, separated by commas. Behind a broken item it goes on with the next.</summary>
    private void Sequence(TokenKind close, bool trailingComma, Action item)
    {
        CelToken open = cursor.Take();
        bool more = !cursor.At(close);
        while (more)
        {
            item();
            if (!cursor.At(TokenKind.Comma) && !cursor.At(close))
            {
                cursor.Expected($"',' or {CelTokenCursor.Name(close)}");
                cursor.SkipToSeparator();
            }

            more = cursor.Accept(TokenKind.Comma) && !(trailingComma && cursor.At(close));
        }

        cursor.Close(close, open);
    }

    private SourceSpan Since(int start) => new(start, Math.Max(cursor.Previous.Span.End - start, 0));
}
