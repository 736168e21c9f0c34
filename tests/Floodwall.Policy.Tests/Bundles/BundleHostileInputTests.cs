using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class BundleHostileInputTests
{
    private const int Deep = 100_000;

    private static readonly string[] Tokens =
    [
        "[", "]", "{", "}", ":", ": ", "- ", "? ", ",", "#", "&a ", "*a", "!t ", "!!str ", "|", ">", "|2-", "'", "\"", "%", "---", "...", "\n", "\r",
        "\t", " ", "  ", "\0", "\u0085", "\u2028", "\uFEFF", "\uD800", "<<: ", ".nan", "1e999", "-", "0x", "99999999999999999999", "~", "null", "true",
        "\\u0000", "\\", "*", "**", "AND", "=", "rules:", "when:", "match:", "labels:", "policies:", "params:", "cidr: ", "::/0", "{}", "[]", "decision: ",
    ];

    public static TheoryData<string, string, string> Nested { get; } = new()
    {
        { "brackets", new string('[', Deep), "1:33" },
        { "a mapping in a mapping on one line", string.Concat(Enumerable.Repeat("{a: ", Deep)), "1:129" },
        { "dashes", string.Concat(Enumerable.Repeat("- ", Deep)), "1:65" },
        { "brackets on lines", string.Concat(Enumerable.Repeat("[\n", Deep)), "33:1" },
        { "mappings by indentation", string.Concat(Enumerable.Range(0, 2000).Select(i => new string(' ', i) + "a:\n")), "33:33" },
        { "within a rule", "rules:\n- when:\n    topic: " + new string('[', Deep), "3:40" },
    };

    [Theory]
    [MemberData(nameof(Nested))]
    public void Deep_nesting_is_refused_where_it_exceeds_the_limit(string what, string text, string place)
    {
        PolicyDiagnostic error = Assert.Single(Seeds.Read(text).Diagnostics);
        Assert.Contains("expected at most 32 mappings and lists within each other", error.Message, StringComparison.Ordinal);
        Assert.True(place == $"{error.Line}:{error.Column}", $"{what}: {error}");
    }

    [Theory]
    [InlineData("{", 2)]
    [InlineData("? ", 3)]
    public void Mappings_as_keys_are_refused_at_the_first(string text, int column)
    {
        PolicyDiagnostic error = Assert.Single(Seeds.Read(string.Concat(Enumerable.Repeat(text, Deep))).Diagnostics);
        Assert.Equal((1, column, "expected a name in front of the colon, got a mapping"), (error.Line, error.Column, error.Message));
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read_and_judged_by_its_content()
    {
        string text = new string('[', BundleLimits.MaxDepth) + new string(']', BundleLimits.MaxDepth);
        Assert.Contains("expected a policy bundle, got a list", Assert.Single(Seeds.Read(text).Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_before_it_is_looked_at()
    {
        var large = new BundleSource("large.yaml", new byte[BundleLimits.MaxBytes + 1]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PolicyDiagnostic error = Assert.Single(BundleReader.Read([large]).Diagnostics);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        Assert.Equal(("large.yaml", 0, 0), (error.File, error.Line, error.Column));
        Assert.Contains("expected at most 10485760 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_exceed_the_limit_together_are_refused()
    {
        var half = new BundleSource("half.yaml", new byte[(BundleLimits.MaxBytes / 2) + 1]);
        Assert.Contains("expected at most", Assert.Single(BundleReader.Read([half, half with { Name = "other.yaml" }]).Diagnostics).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> TenMegabytes { get; } = new()
    {
        { "a\n", "" }, { "a ", "" }, { "\n", "" }, { "#\n", "" }, { "\t", "" }, { "a: b\n", "" }, { "- a\n", "" }, { "a,", "[" }, { "a: b, ", "{" }, { "a\n", "\"" },
        { "''", "'" }, { " a\n", "a: |\n" }, { " a\n", "a: >\n" }, { " \n", "a: |\n" }, { "---\n", "" }, { "&a ", "" }, { "*a ", "" }, { "!a ", "" }, { "{}", "" },
        { "[],", "[" }, { "%a b\n", "" }, { ":", "" }, { "1", "rules: [{priority: " }, { "- {}\n", "rules:\n" }, { "- {id: a, condition: x, decision: deny}\n", "rules:\n" },
    };

    [Theory]
    [MemberData(nameof(TenMegabytes))]
    public void Ten_megabytes_of_anything_end_in_few_diagnostics(string repeated, string start)
    {
        string text = start + string.Concat(Enumerable.Repeat(repeated, (10_000_000 - start.Length) / repeated.Length));
        BundleReadResult result = Seeds.Read(text);
        Assert.Null(result.Bundle);
        Assert.InRange(result.Diagnostics.Count, 1, BundleLimits.MaxErrors + BundleLimits.MaxWarnings);
    }

    /// <summary>Each would take minutes if suggestions were sought for every one of its names.</summary>
    [Fact]
    public void Very_many_misspelt_names_end_in_few_diagnostics()
    {
        string Many(int count, Func<int, string> one) => string.Concat(Enumerable.Range(0, count).Select(one));
        string rule = "rules: [{id: a, condition: x, decision: deny}]\n";
        string[] texts =
        [
            rule + Many(200_000, i => $"polices{i}: 1\n"),
            "attributes: {" + Many(1000, i => $"attribute_number_{i}: int, ") + "}\nrules: [{id: a, decision: deny, when: {" + Many(150_000, i => $"atribute_nmber_{i}: 1, ") + "}}]",
            "attributes: {" + Many(200_000, i => $"a{i}: itn, ") + "}\n" + rule,
            "rules: [{id: a, decision: deny, match: {" + Many(200_000, i => $"topisc{i}: x, ") + "}}]",
            "rules:\n" + Many(10_000, i => $"- {{id: a_rather_long_rule_{i}, condition: x, decision: deny}}\n") + "exemptions:\n"
                + Many(900, i => $"- {{id: e{i}, who: {{agent: a}}, rules: [rules/a_rathr_long_rule_{i}], why: w, expires: 1, maxUses: 1}}\n"),
        ];
        Assert.All(texts, text => Assert.Equal(BundleLimits.MaxErrors, Seeds.Read(text).Diagnostics.Count(found => found.Severity == DiagnosticSeverity.Error)));
    }

    [Fact]
    public void Whatever_bytes_come_there_is_a_bundle_or_an_error_with_a_place()
    {
        Gen<(int, int, int)> edit = from kind in Gen.Choose(0, 5)
                                    from at in Gen.Choose(0, 1_000_000)
                                    from what in Gen.Choose(0, 1_000_000)
                                    select (kind, at, what);
        Gen<(int, (int, int, int)[])> runs = from seed in Gen.Choose(0, 2)
                                             from count in Gen.Choose(1, 4)
                                             from edits in Gen.ArrayOf(edit, count)
                                             select (seed, edits);
        int good = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(runs.ToArbitrary(), run =>
        {
            byte[] bytes = Mutate(run.Item1, run.Item2);
            BundleReadResult result = BundleReader.Read([new BundleSource("f", bytes)]);
            bool errors = result.Diagnostics.Any(found => found.Severity == DiagnosticSeverity.Error);
            Assert.Equal(errors, result.Bundle is null);
            Assert.InRange(result.Diagnostics.Count, 0, BundleLimits.MaxErrors + BundleLimits.MaxWarnings);
            int lines = 1 + bytes.Count(b => b is (byte)'\n' or (byte)'\r');
            Assert.All(result.Diagnostics, found =>
            {
                Assert.InRange(found.Line, 0, lines + 1);
                Assert.InRange(found.Column, found.Line == 0 ? 0 : 1, bytes.Length + 1);
                Assert.NotEqual("", found.Message);
            });
            if (result.Bundle is PolicyBundle bundle)
            {
                good++;
                byte[] canonical = CanonicalForm.ToBytes(bundle);
                Assert.True(CanonicalForm.TryRead(canonical, "c", out _, out BundleReadResult again), string.Join("\n", again.Diagnostics));
            }
        }));

        // If nearly nothing survived its edits, the readers behind the gate were hardly looked at.
        Assert.InRange(good, 1_000, 19_000);
    }

    private static byte[] Mutate(int seed, (int Kind, int At, int What)[] edits)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes((seed switch { 0 => Seeds.Rules, 1 => Seeds.Policies, _ => Seeds.Everything })).ToList();
        foreach ((int kind, int where, int what) in edits)
        {
            int at = where % (bytes.Count + 1);
            int rest = Math.Min(what % 40, bytes.Count - at);
            switch (kind)
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)what;
                    break;
                case 1:
                    bytes.RemoveRange(at, rest);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, rest));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Tokens[what % Tokens.Length]));
                    break;
            }
        }

        return [.. bytes];
    }
}
