using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelPrinterTests
{
    [Theory]
    [InlineData("a+b*c", "a + b * c")]
    [InlineData("(a+b)*c", "(a + b) * c")]
    [InlineData("(a*b)+c", "a * b + c")]
    [InlineData("a-(b-c)", "a - (b - c)")]
    [InlineData("(a-b)-c", "a - b - c")]
    [InlineData("(a&&b)||c&&d", "a && b || c && d")]
    [InlineData("(a||b)&&c", "(a || b) && c")]
    [InlineData("a&&(b&&c)", "a && (b && c)")]
    [InlineData("(a&&b)&&c", "a && b && c")]
    [InlineData("a&&b&&c&&d&&e", "a && b && c && d && e")]
    [InlineData("(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g")]
    [InlineData("a ? (b ? c : d) : e", "a ? (b ? c : d) : e")]
    [InlineData("!(!(a))", "!!a")]
    [InlineData("-(5)", "-(5)")]
    [InlineData("- 5", "-5")]
    [InlineData("-(-(5))", "--(5)")]
    [InlineData("--5", "--5")]
    [InlineData("!(-a)", "!(-a)")]
    [InlineData("-(5).f()", "-(5.f())")]
    [InlineData("(-5).f()", "-5.f()")]
    [InlineData("(a == b) == c", "a == b == c")]
    [InlineData("a == (b in c)", "a == (b in c)")]
    [InlineData("'it\\'s'", "\"it's\"")]
    [InlineData("r'\\d\"'", "\"\\\\d\\\"\"")]
    [InlineData("b'\\377\\na'", "b\"\\xff\\na\"")]
    [InlineData("'\\u200b\\U000E0001é'", "\"\\u200b\\U000e0001é\"")]
    [InlineData("0x10", "16")]
    [InlineData("0xFFU", "255u")]
    [InlineData("1e3", "1000.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e30", "1e+30")]
    [InlineData("[ ?a , b , ]", "[?a, b]")]
    [InlineData("{ ?a : b , 1:2 , }", "{?a: b, 1: 2}")]
    [InlineData(". a . b { c : 1 , ?`d-e` : 2 } . f", ".a.b{c: 1, ?`d-e`: 2}.f")]
    [InlineData("a.?b[?c].`d`", "a.?b[?c].d")]
    [InlineData("has(a.`b-c`)", "has(a.`b-c`)")]
    [InlineData("a.exists_one(x,x) || a.existsOne(x,x) || a.exists_one(i,v,v)", "a.exists_one(x, x) || a.exists_one(x, x) || a.existsOne(i, v, v)")]
    [InlineData("a.map(x,y,z).transformMap(k,v,w,k)", "a.map(x, y, z).transformMap(k, v, w, k)")]
    public void The_form_is_canonical(string text, string canonical)
    {
        Assert.Equal(canonical, CelPrinter.Print(Parsing.Root(text)));
        Assert.Equal(canonical, CelPrinter.Print(Parsing.Root(canonical)));
    }

    [Fact]
    public void Parsing_what_was_printed_gives_the_expression_back() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
        seed =>
        {
            Expr drawn = new RandomExpr(seed).Next();
            string printed = CelPrinter.Print(drawn);
            Expr parsed = Parsing.Root(printed);
            Assert.Equal(drawn, parsed, ExprComparer.Instance);
            Assert.Equal(ExprComparer.Instance.GetHashCode(drawn), ExprComparer.Instance.GetHashCode(parsed));
            Assert.Equal(printed, CelPrinter.Print(parsed));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void So_it_does_for_every_expression_of_the_conformance_tests() => Assert.All(ConformanceFile.All(), test =>
    {
        Expr root = Parsing.Root(test.Expr);
        Assert.Equal(root, Parsing.Root(CelPrinter.Print(root)), ExprComparer.Instance);
    });

    [Fact]
    public void Expressions_that_differ_are_told_apart() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
        seed =>
        {
            Expr a = new RandomExpr(seed).Next();
            Expr b = new RandomExpr(seed ^ 1).Next();
            Assert.Equal(CelPrinter.Print(a) == CelPrinter.Print(b), ExprComparer.Instance.Equals(a, b));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
