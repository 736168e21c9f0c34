using System.Text.RegularExpressions;
using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Patterns in RE2's syntax (github.com/google/re2/wiki/Syntax), above all where .NET's means something else.</summary>
public sealed class Re2SyntaxTests
{
    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("(?m)^b$", "a\nb\nc", true)]
    [InlineData("^b", "a\nb", false)]
    [InlineData("^.$", "\U0001F431", true)]
    [InlineData("^..$", "\U0001F431", false)]
    [InlineData(".", "\n", false)]
    [InlineData("(?s).", "\n", true)]
    [InlineData("^[^a]$", "\U0001F431", true)]
    [InlineData("^[^a]$", "\n", true)]
    [InlineData("^[\U0001F430-\U0001F432]{2}$", "\U0001F431\U0001F432", true)]
    [InlineData("^[\U0001F430-\U0001F432]$", "\U0001F433", false)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\D$", "٣", true)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\s$", "\v", false)]
    [InlineData(@"^\s$", "\u00A0", false)]
    [InlineData(@"^[\d\-x]+$", "1-x", true)]
    [InlineData("^[]a]+$", "a]", true)]
    [InlineData("^[a-]+$", "-a", true)]
    [InlineData("^[[:alpha:]]+$", "abC", true)]
    [InlineData("^[[:^alpha:]]+$", "12", true)]
    [InlineData("^[a-z-[aeiou]]$", "b]", true)]
    [InlineData(@"^\pL+$", "aé中𝒜", true)]
    [InlineData(@"^\p{Lu}$", "É", true)]
    [InlineData(@"^\P{Lu}$", "é", true)]
    [InlineData(@"^[^\pL]$", "1", true)]
    [InlineData(@"^\x{1F431}$", "\U0001F431", true)]
    [InlineData(@"^\x41\101\n$", "AA\n", true)]
    [InlineData(@"^\Qa.b*\E$", "a.b*", true)]
    [InlineData(@"^\Qa.b*\E$", "axb*", false)]
    [InlineData("(?i)^straSSe$", "STRASSE", true)]
    [InlineData("(?i)^k$", "\u212A", true)]
    [InlineData("(?i)^[a-c]$", "B", true)]
    [InlineData("(?i)^é$", "É", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData("(?i:a)b", "Ab", true)]
    [InlineData("(?:a(?i)b|c)d", "Cd", true)]
    [InlineData("(?P<name>a)(?<other>b)", "ab", true)]
    [InlineData("^a{2,3}$", "aa", true)]
    [InlineData("^a{2}$", "aaa", false)]
    [InlineData("^a{2,}?$", "aaaa", true)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("^a{,2}$", "a", false)]
    [InlineData("x{", "x{", true)]
    [InlineData("^(|a)b$", "b", true)]
    [InlineData("", "", true)]
    [InlineData("a # b", "a # b", true)]
    [InlineData(@"\bfoo\b", "a foo b", true)]
    [InlineData(@"\bé", "é", false)]
    [InlineData(@"a\B", "ab", true)]
    [InlineData(@"\B", "", true)]
    [InlineData(@"(a|b)*c|d$", "xd", true)]
    [InlineData(@"^(a|b)*c$", "abac", true)]
    [InlineData(@"^(|a)+$", "aaa", true)]
    [InlineData(@"^\.$", ".", true)]
    [InlineData("#", "#", true)]
    [InlineData("}", "}", true)]
    public void Matches(string pattern, string text, bool expected)
    {
        Assert.True(CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out string? error), error);
        Assert.Equal(expected, compiled.IsMatch(text));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[b-a]")]
    [InlineData("*")]
    [InlineData("a**")]
    [InlineData("a{2}{3}")]
    [InlineData("a{1001}")]
    [InlineData("a{3,2}")]
    [InlineData("(a{500}){500}")]
    [InlineData("(((a{30}){30}){30}){30}")]
    [InlineData("(?=a)")]
    [InlineData("(?<=a)")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)")]
    [InlineData("(a)\\1")]
    [InlineData("\\k<a>")]
    [InlineData("\\8")]
    [InlineData("\\Z")]
    [InlineData("\\G")]
    [InlineData("\\")]
    [InlineData("\\x{110000}")]
    [InlineData("\\pX")]
    [InlineData("\\p{Greek}")]
    [InlineData("(?x)a")]
    [InlineData("(?P=a)")]
    [InlineData("[[:nope:]]")]
    public void What_RE2_or_this_translation_refuses(string pattern)
    {
        Assert.False(CelPattern.TryCompile(pattern, null, out _, out string? error));
        Assert.NotEqual("", error);
    }

    [Fact]
    public void No_text_makes_it_throw_and_what_both_read_is_matched_as_the_platform_does() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20_000),
        Prop.ForAll(
            Gen.ArrayOf(Gen.Elements("a", "b", "c", "(", ")", "[ab]", "[^a]", "^", "$", "*", "+", "?", "{2}", "{1,3}", "|", @"\b", "(?:", ".", "(?i)", @"\d", "A"), 8)
                .Select(string.Concat).ToArbitrary(),
            Gen.ArrayOf(Gen.Elements('a', 'b', 'A', 'c', '1', ' '), 6).Select(letters => new string(letters)).ToArbitrary(),
            (pattern, text) => Compile(pattern) is not { } compiled || Platform(pattern, text) is not { } expected || compiled.IsMatch(text) == expected));

    [Fact]
    public void Any_pieces_of_syntax_give_a_pattern_or_a_problem() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20_000),
        Prop.ForAll(
            Gen.ArrayOf(Gen.Elements("a", "(", ")", "[", "]", "^", "*", "?", "{2}", "|", "\\", "-", ".", "(?i)", "P<", ">", "Q", "E", "x", "\U0001F431", "\uD800", ":", "\\pL"), 8)
                .Select(string.Concat).ToArbitrary(),
            pattern => CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out string? error) == compiled is not null && compiled is null == error is not null));

    /// <summary>
    /// What .NET's patterns say; null where they refuse it: they want something to stand before a repetition's braces. The engine without
    /// backtracking, since the other one misses matches: .NET 10.0.12 denies that <c>(?i)^?[^a]{1,3}\b</c> matches "A 1caA", as it does.
    /// </summary>
    private static bool? Platform(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking);
        }
        catch (RegexParseException)
        {
            return null;
        }
    }

    private static CelPattern? Compile(string pattern) => CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out _) ? compiled : null;
}
