using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>What google/cel-spec's tests leave out: unknowns, objects, limits, places of errors.</summary>
public sealed class ReferenceEvaluatorTests
{
    private static readonly CelActivation Variables = new(
    [
        KeyValuePair.Create("u", (CelValue)new CelUnknown("u")),
        KeyValuePair.Create("w", (CelValue)new CelUnknown("w")),
        KeyValuePair.Create("e", (CelValue)new CelError(CelErrorKind.InvalidArgument, "bad data")),
        KeyValuePair.Create("o", (CelValue)new CelObject(new SampleObject())),
        KeyValuePair.Create("a.b", CelValue.Of("dotted")),
    ]);

    [Theory]
    [InlineData("false && u", "false")]
    [InlineData("u && false", "false")]
    [InlineData("true || u", "true")]
    [InlineData("u || true", "true")]
    [InlineData("true && u", "unknown: u")]
    [InlineData("false || u || w", "unknown: u, w")]
    [InlineData("(u || true) && w", "unknown: w")]
    [InlineData("1/0 > 0 || u", "unknown: u")]
    [InlineData("u && 1/0 > 0", "unknown: u")]
    [InlineData("u && 'text'", "unknown: u")]
    [InlineData("u + w", "unknown: u, w")]
    [InlineData("u + 1/0", "error: divide by zero")]
    [InlineData("[u, 1/0]", "error: divide by zero")]
    [InlineData("u ? 1 : 2", "unknown: u")]
    [InlineData("true ? 1 : u", "1")]
    [InlineData("[1, 2].exists(x, x == 2 || u)", "true")]
    [InlineData("[1, 2].all(x, x == 1 && u)", "false")]
    [InlineData("[1, 2].all(x, x > 0 && (x == 1 || u))", "unknown: u")]
    [InlineData("[1, 2].exists_one(x, x == 1 || u)", "unknown: u")]
    [InlineData("[1, 0].exists_one(x, x == 1 ? u : 1/x > 0)", "error: divide by zero")]
    [InlineData("[1, 2].filter(x, u)", "unknown: u")]
    [InlineData("u.all(x, true)", "unknown: u")]
    [InlineData("u.field.other[0]", "unknown: u")]
    [InlineData("has(u.field)", "unknown: u")]
    [InlineData("optional.of(1).orValue(u)", "1")]
    [InlineData("optional.none().orValue(u)", "unknown: u")]
    [InlineData("e || true", "true")]
    [InlineData("e", "error: bad data")]
    public void Unknowns_and_errors(string expression, string expected) => Assert.Equal(expected, Evaluate(expression).ToString());

    [Theory]
    [InlineData("o.set", "7")]
    [InlineData("o.unset", "0")]
    [InlineData("o.missing", "unknown: o.missing")]
    [InlineData("has(o.set)", "true")]
    [InlineData("has(o.unset)", "false")]
    [InlineData("has(o.missing)", "unknown: o.missing")]
    [InlineData("o.?set", "optional.of(7)")]
    [InlineData("o.?unset", "optional.none()")]
    [InlineData("o.?missing", "unknown: o.missing")]
    [InlineData("type(o)", "test.Sample")]
    [InlineData("o == o", "true")]
    [InlineData("o.set > 5 || o.missing", "true")]
    public void Objects(string expression, string expected) => Assert.Equal(expected, Evaluate(expression).ToString());

    [Theory]
    [InlineData("o.nowhere", CelErrorKind.NoSuchField)]
    [InlineData("has(o.nowhere)", CelErrorKind.NoSuchField)]
    [InlineData("nowhere", CelErrorKind.UnboundVariable)]
    [InlineData("nowhere(1)", CelErrorKind.UnboundFunction)]
    [InlineData("'a'.nowhere()", CelErrorKind.UnboundFunction)]
    [InlineData("size(1)", CelErrorKind.NoSuchOverload)]
    [InlineData("size('a', 'b')", CelErrorKind.NoSuchOverload)]
    [InlineData("startsWith('a', 'b')", CelErrorKind.NoSuchOverload)]
    [InlineData("1.5.all(x, true)", CelErrorKind.NoSuchOverload)]
    [InlineData("[1].all(x, 1)", CelErrorKind.NoSuchOverload)]
    [InlineData("[1].filter(x, 1)", CelErrorKind.NoSuchOverload)]
    [InlineData("{'a': 1}.b", CelErrorKind.NoSuchKey)]
    [InlineData("1 % 0", CelErrorKind.DivideByZero)]
    [InlineData("-9223372036854775808 % -1", CelErrorKind.Range)]
    [InlineData("-9223372036854775808 / -1", CelErrorKind.Range)]
    [InlineData("5u - 6u", CelErrorKind.Range)]
    [InlineData("optional.none().value()", CelErrorKind.InvalidArgument)]
    [InlineData("[?1]", CelErrorKind.InvalidArgument)]
    [InlineData("a.b.c.Message{}", CelErrorKind.Unsupported)]
    public void Errors(string expression, CelErrorKind expected) => Assert.Equal(expected, Assert.IsType<CelError>(Evaluate(expression)).ErrorKind);

    [Theory]
    [InlineData("1 + (2 / 0)", "2 / 0")]
    [InlineData("[1, 2].map(x, x + 'a')", "x + 'a'")]
    [InlineData("{'a': 1}.b.c", "{'a': 1}.b")]
    public void An_error_says_where(string expression, string where)
    {
        SourceSpan span = Assert.IsType<CelError>(Evaluate(expression)).Span!.Value;
        Assert.Contains(where, expression.Substring(span.Start, span.Length), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b", "\"dotted\"")]
    [InlineData("[{'b': 1}].map(a, a.b)", "[1]")]
    [InlineData("[{'b': 1}].map(a, .a.b)", "[\"dotted\"]")]
    [InlineData("a.b.size()", "6")]
    [InlineData("[[1]].map(optional, optional.size())", "[1]")]
    [InlineData("{3: 'c', 1u: 'a', 'z': 0, true: 1}.map(k, k)", "[true, 1u, 3, \"z\"]")]
    [InlineData("[3, 4].transformMapEntry(i, v, {v: i})", "{3: 0, 4: 1}")]
    [InlineData("[1].optMap(x, x)", "error: no such overload: optMap(list)")]
    [InlineData("1 in [1.0] && 1.0 in {1u: 0}", "true")]
    [InlineData("9007199254740993 == 9007199254740992.0", "false")]
    [InlineData("[optional.of(1), optional.none()].unwrapOpt()", "[1]")]
    public void Names_and_macros(string expression, string expected) => Assert.Equal(expected, Evaluate(expression).ToString());

    [Fact]
    public void Text_that_doubles_is_cut_short_by_the_longest_length()
    {
        string expression = "['a']" + string.Concat(Enumerable.Repeat(".map(x, x + x)", 40)) + "[0].size()";
        Assert.Equal(CelErrorKind.Limit, Assert.IsType<CelError>(Evaluate(expression)).ErrorKind);
    }

    [Theory]
    [InlineData("[1, 1]", ".map(x, [x, x])", " == []", 60)]
    [InlineData("[1, 1]", ".map(x, [x, x])", " == [] || true", 60)]
    [InlineData("[1, 1]", ".map(x, [x, x])", ".size() > 0", 60)]
    public void A_value_that_doubles_is_cut_short_where_it_is_walked(string start, string step, string end, int times)
    {
        string expression = $"[{start}]{string.Concat(Enumerable.Repeat(step, times))}{end}";
        CelValue value = Evaluate(expression);
        Assert.True(value is CelBool or CelError { ErrorKind: CelErrorKind.Limit }, value.ToString());
    }

    [Fact]
    public void Loops_in_loops_end_with_the_budget()
    {
        string expression = "true";
        for (int i = 0; i < 20; i++)
        {
            expression = $"[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(x{i}, {expression})";
        }

        Assert.Equal(CelErrorKind.Limit, Assert.IsType<CelError>(Evaluate(expression + " || true")).ErrorKind);
    }

    [Fact]
    public void A_tree_of_any_depth_is_no_stack_overflow()
    {
        Expr deep = new LiteralExpr(Literal.True, default);
        for (int i = 0; i < 100_000; i++)
        {
            deep = new CallExpr(Operators.Not, null, [deep], default);
        }

        CelValue value = new ReferenceEvaluator(new EvaluationLimits { MaxDepth = 1000 }).Evaluate(deep, CelActivation.Empty);
        Assert.Equal(CelErrorKind.Limit, Assert.IsType<CelError>(value).ErrorKind);
    }

    [Fact]
    public void A_value_of_any_depth_is_refused()
    {
        CelValue deep = CelList.Empty;
        for (int i = 0; i < 100_000; i++)
        {
            deep = new CelList([deep]);
        }

        CelValue value = new ReferenceEvaluator().Evaluate(CelParser.Parse("x == x").Root!, new CelActivation([KeyValuePair.Create("x", deep)]));
        Assert.Equal(CelErrorKind.Limit, Assert.IsType<CelError>(value).ErrorKind);
    }

    [Fact]
    public void A_small_stack_holds_the_deepest_tree_that_the_limits_let_through()
    {
        Expr deep = new LiteralExpr(Literal.True, default);
        for (int i = 0; i < 330; i++)
        {
            MacroExpr all = new(MacroKind.All, new ListExpr([new ListElement(new LiteralExpr(Literal.True, default), false)], default), "x", null, null, deep, default);
            deep = new CallExpr(Operators.Not, null, [new CallExpr(Operators.Conditional, null, [all, all.Target, all.Target], default)], default);
        }

        CelValue? value = null;
        Thread thread = new(() => value = new ReferenceEvaluator(new EvaluationLimits { MaxDepth = 1000 }).Evaluate(deep, CelActivation.Empty), 1 << 20);
        thread.Start();
        thread.Join();
        Assert.NotNull(value);
    }

    private static CelValue Evaluate(string expression)
    {
        CelParseResult parsed = CelParser.Parse(expression, new CelParseOptions { MaxHeight = 512 });
        Assert.True(parsed.Root is not null, string.Join(", ", parsed.Diagnostics.Select(diagnostic => diagnostic.Message)));
        return new ReferenceEvaluator().Evaluate(parsed.Root, Variables);
    }
}
