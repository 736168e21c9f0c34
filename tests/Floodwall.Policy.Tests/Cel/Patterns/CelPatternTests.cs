using System.Text.RegularExpressions;
using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

public sealed class CelPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("ubb", "hubba", true)]
    [InlineData("^ubb", "hubba", false)]
    [InlineData("^hub", "hubba", true)]
    [InlineData("ba$", "hubba", true)]
    [InlineData("^hubba$", "hubba", true)]
    [InlineData("^hubba$", "hubba\n", false)]
    [InlineData("a$", "a\nb", false)]
    [InlineData("(?m)a$", "a\nb", true)]
    [InlineData("(?m)^b", "a\nb", true)]
    [InlineData("gr(a|e)y", "grey", true)]
    [InlineData("^(a|🐱){2}$", "🐱a", true)]
    [InlineData("^.$", "🐱", true)]
    [InlineData("^[^a]$", "🐱", true)]
    [InlineData("^[🐰-🐴]$", "🐱", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("(?s)a.b", "a\nb", true)]
    [InlineData("(?i)straSSe", "STRAsse", true)]
    [InlineData("(?i:A)b", "ab", true)]
    [InlineData("(?i:A)b", "aB", false)]
    [InlineData("(?i)a(?-i)b", "AB", false)]
    [InlineData("(a(?i)b)c", "aBC", false)]
    [InlineData("(?i)[^a]", "A", false)]
    [InlineData("(?i)k", "\u212A", true)]
    [InlineData("^\\d+$", "١٢", false)]
    [InlineData("^\\w+$", "aé", false)]
    [InlineData("\\bfoo\\b", "a foo b", true)]
    [InlineData("\\bfoo\\b", "afoo", false)]
    [InlineData("\\Bfoo", "afoo", true)]
    [InlineData("^[\\w.-]+@[[:alnum:]]+\\.\\pL{2,}$", "a.b-c@example.com", true)]
    [InlineData("^[[:^digit:]]$", "5", false)]
    [InlineData("^\\p{Lu}\\P{Lu}$", "Éé", true)]
    [InlineData("^\\Qa.b*\\E+$", "a.b**", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^a{2,}$", "aaaa", true)]
    [InlineData("^a{0}b$", "b", true)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("{", "{", true)]
    [InlineData("^(?P<x>a)(?<y>b)$", "ab", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-]+$", "-a", true)]
    [InlineData("\\x41\\x{1F431}\\101\\0", "A🐱A\0", true)]
    [InlineData("(|a)*b", "aab", true)]
    [InlineData("(a*)*c", "aab", false)]
    [InlineData("x*?y??z", "z", true)]
    [InlineData("\\A(?:a|b)\\z", "b", true)]
    public void Matches_as_RE2_does(string pattern, string text, bool matches)
    {
        Assert.True(CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out string? error), error);
        Assert.Equal(matches, compiled.IsMatch(text));
    }

    [Theory]
    [InlineData("(a)\\1", "no backreferences")]
    [InlineData("(?P<n>a)(?P=n)", "no backreferences")]
    [InlineData("(?=a)", "no lookaround")]
    [InlineData("(?!a)", "no lookaround")]
    [InlineData("(?<=a)", "no lookaround")]
    [InlineData("(?<!a)", "no lookaround")]
    [InlineData("(?>a)", "no groups of this kind")]
    [InlineData("(?'n'a)", "no groups of this kind")]
    [InlineData("(?#a)", "no groups of this kind")]
    [InlineData("(?i-)a", "no groups of this kind")]
    [InlineData("(?<n-m>a)", "a group's name")]
    [InlineData("(?P<n>a)(?P<n>b)", "used once")]
    [InlineData("\\Z", "no escape '\\Z'")]
    [InlineData("\\k<n>", "no escape '\\k'")]
    [InlineData("\\G", "no escape")]
    [InlineData("\\u0041", "no escape")]
    [InlineData("\\p{IsGreek}", "general category")]
    [InlineData("\\", "no escape")]
    [InlineData("[a-z-[aeiou]]]", null)]
    [InlineData("a**", "a repetition is repeated")]
    [InlineData("a*+", "a repetition is repeated")]
    [InlineData("*a", "nothing for '*' to repeat")]
    [InlineData("a|{2}", "nothing for '{' to repeat")]
    [InlineData("(", "not closed")]
    [InlineData("a)", "without its '('")]
    [InlineData("[a", "not closed")]
    [InlineData("[z-a]", "runs backwards")]
    [InlineData("a{3,2}", "the smaller first")]
    [InlineData("a{1001}", "up to 1000")]
    [InlineData("(a{1000}){1000}", "write out to")]
    [InlineData("((((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99}){99})", "write out to")]
    public void What_RE2_lacks_or_explodes_is_refused(string pattern, string? reason)
    {
        bool compiles = CelPattern.TryCompile(pattern, null, out _, out string? error);
        Assert.Equal(reason is null, compiles);
        Assert.Contains(reason ?? "", error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Long_or_deep_patterns_are_refused()
    {
        Assert.False(CelPattern.TryCompile(new string('a', 1_001), null, out _, out _));
        Assert.False(CelPattern.TryCompile(new string('(', 500) + new string(')', 500), null, out _, out string? error));
        Assert.Contains("deep", error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_agrees_with_the_platforms_engine_on_random_patterns()
    {
        Gen<string> parts = Gen.ArrayOf(Gen.Elements(
            "a", "b", "c", ".", "[ab]", "[^a]", "(", ")", "|", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "(?:", "^", "$", "\\b", "\\B", "(?i)", "A", "\n"))
            .Select(string.Concat);
        Gen<string> texts = Gen.ArrayOf(Gen.Elements('a', 'b', 'c', 'A', 'B', ' ', '\n')).Select(chars => new string(chars));
        int compared = 0;
        Prop.ForAll(parts.ToArbitrary(), Gen.ArrayOf(texts, 8).ToArbitrary(), (pattern, inputs) =>
        {
            // Flags that quantifiers follow are read otherwise there.
            if (pattern.Contains("(?)", StringComparison.Ordinal) || !CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out _))
            {
                return;
            }

            // There $ also matches before a newline at the end.
            var platform = new Regex(pattern.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            foreach (string input in inputs)
            {
                Assert.True(platform.IsMatch(input) == compiled.IsMatch(input), $"/{pattern}/ on '{input}'");
                compared++;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(14));
        Assert.InRange(compared, 1_000, 40_000);
    }

    [Fact]
    public void Any_text_compiles_or_is_refused()
    {
        Gen<string> texts = Gen.ArrayOf(Gen.Elements(
            "\\", "(", ")", "[", "]", "[:", ":]", "{", "}", "1", ",", "?", "P", "<", ">", "=", "!", "-", "^", "$", "*", "x", "p", "Q", "E", "d", "\ud83d", "🐱", "i", "|", "alpha"))
            .Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            bool compiles = CelPattern.TryCompile(text, null, out CelPattern? pattern, out string? error);
            Assert.Equal(compiles, error is null);
            if (pattern is not null)
            {
                pattern.IsMatch(text);
                Assert.Equal(PatternReader.Read(text, CelPatternLimits.Default).Steps + 1, pattern.Steps);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(30));
    }
}
