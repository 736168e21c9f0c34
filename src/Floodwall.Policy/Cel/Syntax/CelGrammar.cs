namespace Floodwall.Policy.Cel;

/// <summary>
/// The grammar by recursive descent. Recursion happens in <see cref="Expression"/> alone, which counts its depth; chains of
/// operators, selections and branches are loops.
/// </summary>
internal sealed class CelGrammar
{
    private readonly CelTokenCursor _cursor;
    private readonly CelParseOptions _options;
    private readonly CelPrimary _primary;
    private int _nesting;
    private int _nodes;

    public CelGrammar(CelTokenCursor cursor, CelParseOptions options)
    {
        _cursor = cursor;
        _options = options;
        _primary = new CelPrimary(this, cursor);
    }

    /// <summary>A whole text.</summary>
    public Expr Whole()
    {
        if (_options.SeedDialect && _cursor.Current is { Kind: TokenKind.Identifier, Text: "IF" })
        {
            _cursor.Take();
        }

        Expr root = Expression();
        if (!_cursor.At(TokenKind.End))
        {
            _cursor.Expected("an operator or the end of the text");
        }

        return root;
    }

    /// <summary>Expr = ConditionalOr ["?" ConditionalOr ":" Expr].</summary>
    public Expr Expression()
    {
        if (_nesting >= Math.Min(_options.MaxNesting, CelParser.NestingCeiling))
        {
            _cursor.Abort(_cursor.Current.Span, $"the expression is nested more than {_nesting} levels deep");
            return Missing();
        }

        _nesting++;
        Expr last = Or();
        var branches = new Stack<(Expr Condition, Expr Then)>();
        while (_cursor.Accept(TokenKind.Question))
        {
            Expr then = Or();
            if (!_cursor.Accept(TokenKind.Colon))
            {
                _cursor.Expected("':' and the value for when the condition is false");
            }

            branches.Push((last, then));
            last = Or();
        }

        while (branches.TryPop(out (Expr Condition, Expr Then) branch))
        {
            last = Call(Operators.Conditional, branch.Condition.Span.To(last.Span), branch.Condition, branch.Then, last);
        }

        _nesting--;
        return last;
    }

    /// <summary>Counts a node in.</summary>
    public T Made<T>(T expr)
        where T : Expr
    {
        if (++_nodes == _options.MaxNodes + 1)
        {
            _cursor.Abort(expr.Span, $"the expression has more than {_options.MaxNodes} nodes");
        }

        return expr;
    }

    /// <summary>What stands in for an expression that is not there.</summary>
    public Expr Missing() => new LiteralExpr(Literal.Null, new SourceSpan(_cursor.Current.Span.Start, 0));

    private CallExpr Call(string function, SourceSpan span, params Expr[] args) => Made(new CallExpr(function, null, args, span));

    private Expr Or() => Chain(TokenKind.Or, Operators.Or, And);

    private Expr And() => Chain(TokenKind.And, Operators.And, Relation);

    /// <summary>A chain of <c>&amp;&amp;</c> or <c>||</c>, which associate either way, as a balanced tree.</summary>
    private Expr Chain(TokenKind separator, string function, Func<Expr> operand)
    {
        Expr first = operand();
        if (!_cursor.At(separator))
        {
            return first;
        }

        var operands = new List<Expr> { first };
        while (_cursor.Accept(separator))
        {
            operands.Add(operand());
        }

        return Balanced(function, operands, 0, operands.Count);
    }

    private Expr Balanced(string function, List<Expr> operands, int from, int count)
    {
        if (count == 1)
        {
            return operands[from];
        }

        int left = LeftShare(count);
        Expr first = Balanced(function, operands, from, left);
        Expr second = Balanced(function, operands, from + left, count - left);
        return Call(function, first.Span.To(second.Span), first, second);
    }

    /// <summary>How many operands of a balanced chain stand left of its root; the printer relies on it too.</summary>
    internal static int LeftShare(int count) => (count + 1) / 2;

    private Expr Relation()
    {
        int start = _cursor.Current.Span.Start;
        int negations = 0;
        while (_cursor.Accept(TokenKind.SeedNot))
        {
            negations++;
        }

        Expr expr = Binary(1);
        for (; negations > 0; negations--)
        {
            expr = Call(Operators.Not, new SourceSpan(start, expr.Span.End - start), expr);
        }

        return expr;
    }

    /// <summary>Relations, additions and multiplications, which associate to the left.</summary>
    private Expr Binary(int level)
    {
        Expr left = level == 3 ? Unary() : Binary(level + 1);
        while (OperatorOf(_cursor.Current.Kind) is (string function, int at) && at == level)
        {
            _cursor.Take();
            Expr right = level == 3 ? Unary() : Binary(level + 1);
            left = Call(function, left.Span.To(right.Span), left, right);
        }

        return left;
    }

    private static (string Function, int Level)? OperatorOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => (Operators.Equal, 1),
        TokenKind.NotEqual => (Operators.NotEqual, 1),
        TokenKind.Less => (Operators.Less, 1),
        TokenKind.LessOrEqual => (Operators.LessOrEqual, 1),
        TokenKind.Greater => (Operators.Greater, 1),
        TokenKind.GreaterOrEqual => (Operators.GreaterOrEqual, 1),
        TokenKind.In => (Operators.In, 1),
        TokenKind.Plus => (Operators.Add, 2),
        TokenKind.Minus => (Operators.Subtract, 2),
        TokenKind.Star => (Operators.Multiply, 3),
        TokenKind.Slash => (Operators.Divide, 3),
        TokenKind.Percent => (Operators.Modulo, 3),
        _ => null,
    };

    /// <summary>Signs before a member. The last minus before a number belongs to the number: <c>-9223372036854775808</c> fits.</summary>
    private Expr Unary()
    {
        var signs = new Stack<(string Function, int Start)>();
        CelToken? minus = null;
        while (_cursor.Current.Kind is TokenKind.Not or TokenKind.SeedNot or TokenKind.Minus)
        {
            CelToken sign = _cursor.Take();
            if (sign.Kind == TokenKind.Minus && CelPrimary.IsSignedNumber(_cursor.Current))
            {
                minus = sign;
                break;
            }

            signs.Push((sign.Kind == TokenKind.Minus ? Operators.Negate : Operators.Not, sign.Span.Start));
        }

        Expr expr = _primary.Member(minus);
        while (signs.TryPop(out (string Function, int Start) sign))
        {
            expr = Call(sign.Function, new SourceSpan(sign.Start, expr.Span.End - sign.Start), expr);
        }

        return expr;
    }
}
