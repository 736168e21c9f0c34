using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>What is hostile or damaged: a diagnostic within the text, never an exception and never a deep recursion.</summary>
public sealed class CelParserLimitTests
{
    private static readonly CelParseOptions Long = new() { MaxLength = 1_000_000 };

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("f(")]
    [InlineData("a[")]
    [InlineData("a.b(")]
    [InlineData("T{a:")]
    [InlineData("a?b:(")]
    [InlineData("{1:")]
    [InlineData("[?")]
    [InlineData("!(")]
    public void A_hundred_thousand_levels_are_refused(string level)
    {
        string text = string.Concat(Enumerable.Repeat(level, 100_000));
        CelParseResult result = CelParser.Parse(text, Long);

        Assert.Null(result.Root);
        Assert.Equal("the expression is nested more than 64 levels deep", Assert.Single(result.Diagnostics).Message);
    }

    [Theory]
    [InlineData("!", "a")]
    [InlineData("-", "a")]
    [InlineData("a+", "a")]
    [InlineData("a.", "a")]
    [InlineData("a?b:", "a")]
    [InlineData("a<", "a")]
    [InlineData("NOT ", "a")]
    public void A_hundred_thousand_links_of_a_chain_are_refused(string link, string last)
    {
        string text = string.Concat(Enumerable.Repeat(link, 100_000)) + last;
        CelParseResult result = CelParser.Parse(text, Long with { MaxNodes = 1_000_000, SeedDialect = true });

        Assert.Null(result.Root);
        Assert.Contains("operations high", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&&")]
    [InlineData("||")]
    public void Thousands_of_conditions_in_a_row_make_a_low_tree(string separator)
    {
        Expr root = Parsing.Root(string.Join(separator, Enumerable.Range(0, 20_000).Select(i => $"a{i}")), Long);

        Assert.Null(ExprTree.FirstBelow(root, 16));
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"a{i}"), CelPrinter.Print(root).Split($" {separator} "));
    }

    [Fact]
    public void Sixty_four_levels_pass_and_sixty_five_do_not()
    {
        string Nested(int levels) => new string('(', levels - 1) + "1" + new string(')', levels - 1);
        Parsing.Root(Nested(64));
        Parsing.Errors(Nested(65));
        Parsing.Root(Nested(128), new CelParseOptions { MaxNesting = 100_000 });
        Parsing.Errors(Nested(129), new CelParseOptions { MaxNesting = 100_000 });
    }

    [Fact]
    public void Too_many_characters_or_nodes_are_refused()
    {
        Assert.Contains("100001 characters", Parsing.Errors(new string(' ', 100_001)), StringComparison.Ordinal);
        string nodes = Parsing.Errors("[" + string.Join(',', Enumerable.Repeat("1", 30)) + "]", new CelParseOptions { MaxNodes = 30 });
        Assert.Contains("more than 30 nodes", nodes, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_errors_are_told_than_asked_for()
    {
        CelParseResult result = CelParser.Parse(string.Join(',', Enumerable.Repeat("$", 1_000)), new CelParseOptions { MaxDiagnostics = 3 });
        Assert.Equal(3, result.Diagnostics.Count);
    }

    [Fact]
    public void Random_texts_give_an_expression_or_errors()
    {
        Gen<string> parts = Gen.ArrayOf(Gen.Elements(Parts)).Select(string.Concat);
        Gen<string> chars = Gen.ArrayOf(Gen.Choose(0, 0xFFFF).Select(c => (char)c)).Select(c => new string(c));
        Prop.ForAll(Gen.OneOf(parts, chars).ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(60));
    }

    [Fact]
    public void Damaged_texts_give_an_expression_or_errors()
    {
        string[] valid = [.. Enumerable.Range(0, 500).Select(seed => CelPrinter.Print(new RandomExpr(seed).Next()))];
        Gen<string> damaged =
            from text in Gen.Elements(valid)
            from at in Gen.Choose(0, text.Length)
            from cut in Gen.Choose(0, Math.Min(3, text.Length - at))
            from put in Gen.OneOf(Gen.Elements(Parts), Gen.Constant(""))
            select text.Remove(at, cut).Insert(at, put);
        Prop.ForAll(damaged.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static readonly string[] Parts =
    [
        "(", ")", "[", "]", "{", "}", ",", ".", "?", ":", "a", "b", "1", "0x", "2u", "1e5", ".5", "'", "\"", "'''", "b'", "r\"", "\\", "\\x4",
        "\\ud800", "`", "a-b`", "&&", "||", "=", "==", "!", "-", "+", "*", "/", "//", "%", "<", ">=", " in ", "true", "null", "as", "has(",
        ".all(", ".map(x,", "\n", "\r", " ", "é", "\ud83d", "\0", "AND ", "NOT ", "IF ", "9223372036854775808",
    ];

    private static void Holds(string text)
    {
        foreach (CelParseOptions options in (CelParseOptions[])[CelParseOptions.Default, new() { SeedDialect = true }])
        {
            CelParseResult result = CelParser.Parse(text, options);
            Assert.Equal(result.Root is null, result.Diagnostics.Count > 0);
            Assert.All(result.Diagnostics, diagnostic => Assert.InRange(diagnostic.Span.Start, 0, text.Length));
            Assert.All(result.Diagnostics, diagnostic => Assert.InRange(diagnostic.Span.End, diagnostic.Span.Start, text.Length));
            if (result.Root is not null)
            {
                Assert.Equal(result.Root, Parsing.Root(CelPrinter.Print(result.Root)), ExprComparer.Instance);
                Assert.All(ExprTree.All(result.Root), expr => Assert.InRange(expr.Span.End, expr.Span.Start, text.Length));
            }
        }
    }
}
