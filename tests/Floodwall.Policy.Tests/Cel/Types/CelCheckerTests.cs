using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelCheckerTests
{
    [Theory]
    [InlineData("intent.cost * 2.0", "double")]
    [InlineData("intent.agent.role", "string")]
    [InlineData("intent.labels.team", "string")]
    [InlineData("intent.labels[?'team']", "optional(string)")]
    [InlineData("intent.?agent.role", "optional(string)")]
    [InlineData("intent.labels.?team.orValue('none')", "string")]
    [InlineData("intent.plan.anything[0].at.all", "dyn")]
    [InlineData("intent.plan + 1", "int")]
    [InlineData("has(intent.labels.team)", "bool")]
    [InlineData("[1, 2]", "list(int)")]
    [InlineData("[1, 'a']", "list(dyn)")]
    [InlineData("[[], [1]]", "list(list(int))")]
    [InlineData("[1, intent.plan]", "list(dyn)")]
    [InlineData("[]", "list(dyn)")]
    [InlineData("{}", "map(dyn, dyn)")]
    [InlineData("{'a': 1, 'b': 2u}", "map(string, dyn)")]
    [InlineData("[?maybe, 2]", "list(int)")]
    [InlineData("{?'a': maybe}", "map(string, int)")]
    [InlineData("[] + [1u]", "list(uint)")]
    [InlineData("texts.map(t, t.size())", "list(int)")]
    [InlineData("texts.filter(t, t > 'a')", "list(string)")]
    [InlineData("intent.labels.filter(k, k != '')", "list(string)")]
    [InlineData("intent.labels.all(k, v, k < v)", "bool")]
    [InlineData("texts.transformMap(i, t, t)", "map(int, string)")]
    [InlineData("intent.labels.transformMap(k, v, size(v))", "map(string, int)")]
    [InlineData("texts.transformList(i, t, i)", "list(int)")]
    [InlineData("intent.labels.transformMapEntry(k, v, {v: k})", "map(string, string)")]
    [InlineData("maybe.optMap(m, [m])", "optional(list(int))")]
    [InlineData("maybe.optFlatMap(m, optional.of(string(m)))", "optional(string)")]
    [InlineData("optional.none().orValue(1)", "int")]
    [InlineData("texts.first().value()", "string")]
    [InlineData("flag ? 1 : intent.plan", "dyn")]
    [InlineData("flag ? null : intent.at", "timestamp")]
    [InlineData("flag ? intent.at : null", "timestamp")]
    [InlineData("[null, intent.at, null]", "list(timestamp)")]
    [InlineData("intent.at - duration('1h')", "timestamp")]
    [InlineData("intent.at - intent.at", "duration")]
    [InlineData("intent.at.getHours('UTC')", "int")]
    [InlineData("intent.count < intent.cost", "bool")]
    [InlineData("type(intent.count) == int", "bool")]
    [InlineData("int", "type(int)")]
    [InlineData("acme.limits.max + 1", "int")]
    [InlineData("strings.quote('a') + 'b'.charAt(0)", "string")]
    [InlineData("[flag].exists(intent, intent)", "bool")]
    [InlineData("intent.agent == null", "bool")]
    public void Types_are_inferred(string text, string type)
    {
        CelChecked result = Declared.Check(text);
        Assert.Empty(result.Diagnostics);
        Assert.Equal(type, result.Type.ToString());
    }

    [Theory]
    [InlineData("intnet.kind == 'x'", "1:1: unknown name 'intnet'; did you mean 'intent'?")]
    [InlineData("intent.knid == 'x'", "1:8: 'Intent' has no field 'knid'; did you mean 'kind'?")]
    [InlineData("intent.?knid.hasValue()", "1:9: 'Intent' has no field 'knid'; did you mean 'kind'?")]
    [InlineData("intent.agent.nothing_like_it", "1:14: 'Agent' has no field 'nothing_like_it'")]
    [InlineData("texts.all(txet, text)", "1:17: unknown name 'text'; did you mean 'texts'?")]
    [InlineData("texts.all(text, txet == '')", "1:17: unknown name 'txet'; did you mean 'text'?")]
    [InlineData("intent.kind.startWith('a')", "1:1: unknown function 'startWith'; did you mean 'startsWith'?")]
    [InlineData("optional.off(1)", "1:1: unknown name 'optional'\n1:1: unknown function 'off'; did you mean 'of'?")]
    [InlineData("intent.count + 1.5", "1:1: '+' is not defined for (int, double); it takes (int, int) -> int, (uint, uint) -> uint, (double, double) -> double, (string, string) -> string, (bytes, bytes) -> bytes, (list(A), list(A)) -> list(A), (timestamp, duration) -> timestamp, (duration, timestamp) -> timestamp and 1 more")]
    [InlineData("intent.kind == 1", "1:1: '==' expected two values of one type, got string and int")]
    [InlineData("-null", "1:1: '-' is not defined for (null_type); it takes (int) -> int, (double) -> double")]
    [InlineData("null.getHours()", "1:1: 'getHours' is not defined for null_type.(); it takes timestamp.() -> int, timestamp.(string) -> int, duration.() -> int")]
    [InlineData("!intent.count", "1:1: '!' is not defined for (int); it takes (bool) -> bool")]
    [InlineData("intent.count in intent.resources", "1:1: 'in' is not defined for (int, list(string)); it takes (A, list(A)) -> bool, (A, map(A, B)) -> bool")]
    [InlineData("intent.kind.contains(1)", "1:1: 'contains' is not defined for string.(int); it takes string.(string) -> bool")]
    [InlineData("contains(intent.kind, 'a')", "1:1: 'contains' is a method, called as value.contains(...)")]
    [InlineData("1.int()", "1:1: 'int' is a function, called as int(...)")]
    [InlineData("intent.count.x", "1:1: a value of type int has no fields, so no 'x'")]
    [InlineData("intent.count.all(x, true)", "1:1: all() wants a list or a map, not int")]
    [InlineData("texts.filter(t, t)", "1:17: the condition of filter() is of type string; expected bool")]
    [InlineData("texts.optMap(t, t)", "1:1: optMap() wants an optional value, not list(string)")]
    [InlineData("{1.5: 2}", "1:2: a map's key is a bool, int, uint or string, not double")]
    [InlineData("[?1]", "1:3: what stands behind '?' is an optional value, not int")]
    [InlineData("Intent{kind: x}", "1:1: there is no type 'Intent' that messages can be made of; maps are written {\"name\": value}\n1:14: unknown name 'x'")]
    [InlineData("size", "1:1: 'size' is a function; it wants arguments in parentheses")]
    [InlineData("intent.kind.matches('(a')", "1:21: the pattern is refused: the '(' at 0 is not closed")]
    [InlineData("x + y == z && w", "1:1: unknown name 'x'\n1:5: unknown name 'y'\n1:10: unknown name 'z'\n1:15: unknown name 'w'")]
    public void Errors_say_where_what_and_what_else(string text, string errors) => Assert.Equal(errors, Declared.Errors(text));

    [Fact]
    public void A_condition_is_a_bool_with_constant_patterns()
    {
        Assert.Equal("", Declared.Errors("intent.kind.matches('^a+$')", CelCheckOptions.Condition));
        Assert.Equal("1:1: the expression is of type int; expected bool", Declared.Errors("intent.count", CelCheckOptions.Condition));
        Assert.Equal("1:21: matches() wants its pattern as a literal here", Declared.Errors("intent.kind.matches(intent.kind)", CelCheckOptions.Condition));
        Assert.Equal("", Declared.Errors("intent.kind.matches(intent.kind)"));
        Assert.Equal("", Declared.Errors("intent.plan", CelCheckOptions.Condition));
    }

    [Fact]
    public void Nodes_know_what_they_mean()
    {
        CelChecked result = Declared.Check("texts.exists(t, t.matches('a+') && acme.limits.max > 0 && optional.of(t).hasValue() && intent.count + 1 > 0)");
        Assert.Empty(result.Diagnostics);
        List<Expr> nodes = [.. ExprTree.All(result.Root)];
        T Meaning<T>(string printed)
            where T : CelReference => Assert.IsType<T>(result.ReferenceOf(nodes.First(node => CelPrinter.Print(node) == printed)));

        Assert.Equal("texts", Meaning<CelVariableReference>("texts").Variable.Name);
        Assert.Same(result.Root, Meaning<CelLocalReference>("t").Macro);
        Assert.Equal("acme.limits.max", Meaning<CelVariableReference>("acme.limits.max").Variable.Name);
        Assert.True(Meaning<CelFunctionReference>("optional.of(t)").IsQualified);
        Assert.False(Meaning<CelFunctionReference>("optional.of(t).hasValue()").IsQualified);
        Assert.Equal("count", Meaning<CelFieldReference>("intent.count").Field.Name);
        Assert.Equal("add_int64", Assert.Single(Meaning<CelFunctionReference>("intent.count + 1").Overloads).Id);
        Assert.Equal("a+", result.PatternOf(nodes.OfType<CallExpr>().Single(call => call.Function == "matches"))!.Text);
    }

    [Theory]
    [InlineData("x", "a.b", "a.b.x")]
    [InlineData("x", "a", "a.x")]
    [InlineData("x", "z", "x")]
    [InlineData(".x", "a.b", "x")]
    [InlineData("b.x", "a", "a.b.x")]
    [InlineData("a.b.x", "", "a.b.x")]
    [InlineData("b.x", "a.b", "a.b.x")]
    public void Names_are_looked_up_from_the_innermost_scope(string text, string container, string name)
    {
        CelEnvironment environment = CelEnvironment.Standard.WithContainer(container)
            .WithVariable("x", CelType.Int).WithVariable("a.x", CelType.Int).WithVariable("a.b.x", CelType.Int);
        CelChecked result = Declared.Check(text, null, environment);
        Assert.Equal(name, Assert.IsType<CelVariableReference>(result.ReferenceOf(result.Root)).Variable.Name);
    }

    [Fact]
    public void The_longest_name_wins_unless_a_macros_variable_begins_it()
    {
        CelEnvironment environment = CelEnvironment.Standard
            .WithVariable("a", CelType.Parse("map(string, int)")).WithVariable("a.b", CelType.String);
        Assert.Equal(CelType.String, Declared.Check("a.b", null, environment).Type);
        Assert.Equal(CelType.Int, Declared.Check("a.c", null, environment).Type);
        Assert.Equal(CelType.Parse("list(int)"), Declared.Check("[{'b': 1}].map(a, a.b)", null, environment).Type);
        Assert.Equal(CelType.Parse("list(string)"), Declared.Check("[{'b': 1}].map(a, .a.b)", null, environment).Type);

        // Backticks select a field; they do not spell a name.
        Assert.False(Declared.Check("x.`y.z`", null, CelEnvironment.Standard.WithVariable("x.y.z", CelType.Int)).IsValid);
    }

    [Fact]
    public void Any_tree_is_checked_without_an_exception_and_in_bounded_time() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
        seed =>
        {
            Expr root = new RandomExpr(seed).Next();
            CelChecked result = CelChecker.Check(root, Declared.Environment);
            Assert.All(ExprTree.All(root), expr => Assert.NotEqual(CelTypeKind.Parameter, result.TypeOf(expr).Kind));
            CelCostEstimate cost = CelCostBound.Estimate(result);
            Assert.InRange(cost.Worst, 1, CelCostBound.Unbounded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Types_that_would_double_at_every_step_stay_small()
    {
        CelEnvironment environment = CelEnvironment.Standard
            .WithFunction(new CelFunctionDeclaration("twice", [CelOverload.Parse("twice A.() -> map(A, A)")]));
        string text = "1" + string.Concat(Enumerable.Repeat(".twice()", 200));
        CelChecked result = CelChecker.Check(Parsing.Root(text), environment);
        Assert.InRange(result.Type.Size, 1, 1_000);
    }

    [Fact]
    public void A_tree_too_high_is_refused()
    {
        Expr root = new IdentExpr("a", false, default);
        for (int i = 0; i < 100_000; i++)
        {
            root = new SelectExpr(root, "a", SelectKind.Value, default);
        }

        Assert.Contains("high", Assert.Single(CelChecker.Check(root, CelEnvironment.Standard).Diagnostics).Message, StringComparison.Ordinal);
    }
}
