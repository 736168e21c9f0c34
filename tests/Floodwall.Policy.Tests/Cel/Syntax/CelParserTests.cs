using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelParserTests
{
    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("- /* no comment */9", null)]
    [InlineData("-0x8000000000000000", long.MinValue)]
    [InlineData("0x7fffffffffffffff", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("--9223372036854775809", null)]
    [InlineData("007", 7L)]
    public void Ints(string text, long? value)
    {
        if (value is null)
        {
            Parsing.Errors(text);
        }
        else
        {
            Assert.Equal(Literal.Of(value.Value), Assert.IsType<LiteralExpr>(Parsing.Root(text)).Value);
        }
    }

    [Theory]
    [InlineData("18446744073709551615u", ulong.MaxValue)]
    [InlineData("0xFFu", 255UL)]
    [InlineData("1U", 1UL)]
    [InlineData("18446744073709551616u", null)]
    public void Uints(string text, ulong? value)
    {
        if (value is null)
        {
            Assert.Contains("range of uint", Parsing.Errors(text), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Literal.Of(value.Value), Assert.IsType<LiteralExpr>(Parsing.Root(text)).Value);
        }
    }

    [Theory]
    [InlineData(".5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("-1.5E+2", -150.0)]
    [InlineData("1e308", 1e308)]
    [InlineData("0.1", 0.1)]
    public void Doubles(string text, double value) =>
        Assert.Equal(Literal.Of(value), Assert.IsType<LiteralExpr>(Parsing.Root(text)).Value);

    [Theory]
    [InlineData("'a\"b'", "a\"b")]
    [InlineData("\"a'b\"", "a'b")]
    [InlineData("'''a'b''c\nd'''", "a'b''c\nd")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("r'a\\nb\\'", "a\\nb\\")]
    [InlineData("R\"\"\"\\\"\"\"", "\\")]
    [InlineData("'\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\\"\\'\\`'", "\a\b\f\n\r\t\v\\?\"'`")]
    [InlineData("'\\x41\\X42\\103\\u0044\\U00000045'", "ABCDE")]
    [InlineData("'\\377\\xff'", "ÿÿ")]
    [InlineData("'\\ud83d\\udc31\\U0001F431'", "🐱🐱")]
    [InlineData("''''''", "")]
    public void Strings(string text, string value) =>
        Assert.Equal(Literal.Of(value), Assert.IsType<LiteralExpr>(Parsing.Root(text)).Value);

    [Theory]
    [InlineData("b'abc'", "616263")]
    [InlineData("b'ÿ'", "C3BF")]
    [InlineData("B'\\377\\xfe\\n'", "FFFE0A")]
    [InlineData("bR'\\n'", "5C6E")]
    [InlineData("b'''🐱'''", "F09F90B1")]
    public void Bytes(string text, string hex) =>
        Assert.Equal(Literal.Of((ReadOnlySpan<byte>)Convert.FromHexString(hex)), Assert.IsType<LiteralExpr>(Parsing.Root(text)).Value);

    [Theory]
    [InlineData("1 +", "1:4: expected an expression, found the end of the text")]
    [InlineData("a &\n& b", "1:3: '&' is no operator; did you mean '&&'?\n2:1: '&' is no operator; did you mean '&&'?\n2:3: expected an operator or the end of the text, found 'b'")]
    [InlineData("a = b", "1:3: '=' is no operator; did you mean '=='?\n1:5: expected an operator or the end of the text, found 'b'")]
    [InlineData("a and b", "1:3: expected an operator or the end of the text, found 'and'; did you mean '&&'?")]
    [InlineData("f(a, , b, 1 2, c", "1:6: expected an expression, found ','\n1:13: expected ',' or ')', found '2'\n1:17: expected ',' or ')', found the end of the text")]
    [InlineData("[1, (2 + ]", "1:10: expected an expression, found ']'")]
    [InlineData("f(a,)", "1:5: expected an expression, found ')'")]
    [InlineData("{1: 2, 3}", "1:9: expected ':' and a value, found '}'")]
    [InlineData("a ? b", "1:6: expected ':' and the value for when the condition is false, found the end of the text")]
    [InlineData("a ? b ? c : d : e", "1:7: expected ':' and the value for when the condition is false, found '?'\n1:15: expected an operator or the end of the text, found ':'")]
    [InlineData("'open", "1:1: the text is not closed: ' is missing")]
    [InlineData("'open\n'", "1:1: the text is not closed: ' is missing\n2:1: the text is not closed: ' is missing")]
    [InlineData("'\\q' + '\\x4'", "1:2: the backslash starts no escape: expected one of a b f n r t v \\ ? \" ' `, xHH, uHHHH, UHHHHHHHH or three octal digits up to 377; did you mean '\\\\'?\n1:9: the escape wants 2 hexadecimal digits")]
    [InlineData("'\\400'", "1:2: the backslash starts no escape: expected one of a b f n r t v \\ ? \" ' `, xHH, uHHHH, UHHHHHHHH or three octal digits up to 377; did you mean '\\\\'?")]
    [InlineData("b'\\u0041'", "1:3: bytes have no \\u and \\U escapes; write octets as \\xHH")]
    [InlineData("'\\ud800' + '\\U00110000'", "1:2: the escape names no Unicode code point\n1:13: the escape names no Unicode code point")]
    [InlineData("as + while(1)", "1:1: 'as' is a reserved word; it can only name a field or method\n1:6: 'while' is a reserved word; it can only name a field or method")]
    [InlineData("a.in", "1:3: expected the name of a field or method, found 'in'; did you mean '`in`'?")]
    [InlineData("a.true.b", "1:3: expected the name of a field or method, found 'true'; did you mean '`true`'?")]
    [InlineData("a.`b$`", "1:3: a field name in backticks is one or more of letters, digits, '_', '.', '-', '/' and ' ', closed by another backtick\n1:5: the character U+0024 has no meaning here\n1:6: a field name in backticks is one or more of letters, digits, '_', '.', '-', '/' and ' ', closed by another backtick\n1:7: expected the name of a field or method, found the end of the text")]
    [InlineData("has(a)", "1:5: has() wants the selection of a field, such as has(a.b)")]
    [InlineData("has(a.?b)", "1:5: has() wants the selection of a field, such as has(a.b)")]
    [InlineData("a.all(x.y, true)", "1:7: all() wants a simple name for its variable here")]
    [InlineData("a.all(.x, true)", "1:7: all() wants a simple name for its variable here")]
    [InlineData("a.exists(v, v, true)", "1:13: exists() wants two variables of different names")]
    [InlineData("9223372036854775808", "1:1: the number is beyond the range of int; did you mean '9223372036854775808u'?")]
    [InlineData("1e400", "1:1: the number is beyond the range of double")]
    [InlineData("", "1:1: expected an expression, found the end of the text")]
    [InlineData("(a", "1:3: expected ')' to close the '(' at 1:1, found the end of the text")]
    [InlineData("a)", "1:2: expected an operator or the end of the text, found ')'")]
    [InlineData("rb'x'", "1:3: expected an operator or the end of the text, found ''x''")]
    public void Errors_say_where_and_what(string text, string errors) => Assert.Equal(errors, Parsing.Errors(text));

    [Fact]
    public void Spans_cover_what_was_written()
    {
        const string Text = " a.b( c + -1 ) ? x[ 0 ] : has( m.`k` ) ";
        var root = (CallExpr)Parsing.Root(Text);

        string Part(Expr expr) => Text.Substring(expr.Span.Start, expr.Span.Length);
        Assert.Equal(Text.Trim(), Part(root));
        Assert.Equal(["a.b( c + -1 )", "x[ 0 ]", "has( m.`k` )"], root.Args.Select(Part));
        Assert.Equal(["a", "c + -1"], [Part(((CallExpr)root.Args[0]).Target!), Part(((CallExpr)root.Args[0]).Args[0])]);
        Assert.Equal("-1", Part(((CallExpr)((CallExpr)root.Args[0]).Args[0]).Args[1]));
    }

    [Theory]
    [InlineData("risk.p_exhaustion > 0.99 OR pool.remaining == 0", "risk.p_exhaustion > 0.99 || pool.remaining == 0")]
    [InlineData("IF agent.role = 'dev' AND risk.p_exhaustion > 0.5", "agent.role == \"dev\" && risk.p_exhaustion > 0.5")]
    [InlineData("NOT a = b AND c OR NOT (d AND e)", "!(a == b) && c || !(d && e)")]
    [InlineData("NOT NOT a", "!!a")]
    [InlineData("a == NOT b", "a == !b")]
    [InlineData("a OR b AND c", "a || b && c")]
    [InlineData("a && b || !c", "a && b || !c")]
    public void The_seed_dialect_reads_as_the_language(string text, string canonical)
    {
        var options = new CelParseOptions { SeedDialect = true };
        Assert.Equal(canonical, CelPrinter.Print(Parsing.Root(text, options)));
    }

    [Theory]
    [InlineData("IF a")]
    [InlineData("a AND b")]
    [InlineData("NOT a")]
    [InlineData("a = b")]
    public void The_seed_dialect_is_off_unless_asked_for(string text) => Parsing.Errors(text);

    [Theory]
    [InlineData("a\r\nb\rc\n\nd", 8, 5, 1)]
    [InlineData("a\r\nb\rc\n\nd", 2, 1, 3)]
    [InlineData("a\r\nb\rc\n\nd", 3, 2, 1)]
    [InlineData("a", 99, 1, 2)]
    public void Lines_and_columns_count_from_one(string text, int offset, int line, int column) =>
        Assert.Equal(new LinePosition(line, column), LinePosition.Of(text, offset));
}
