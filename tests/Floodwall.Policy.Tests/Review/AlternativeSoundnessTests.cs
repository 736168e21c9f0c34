using System.Globalization;
using Floodwall.Pipeline;
using Floodwall.Policy.Tests.Judging;

namespace Floodwall.Policy.Tests.Review;

/// <summary>
/// What a review says of alternatives, negations and missing data, over random conditions in a world so small that every intent of it is
/// judged by the reference evaluator.
/// </summary>
public sealed class AlternativeSoundnessTests
{
    private const int Bundles = 250;
    private const int RulesEach = 5;

    [Fact]
    public void What_is_said_of_a_rule_is_so_of_every_intent()
    {
        int dead = 0;
        int silenced = 0;
        int alternatives = 0;
        int tautologies = 0;
        for (int seed = 0; seed < Bundles; seed++)
        {
            Random random = new(seed);
            string yaml = "attributes: {x: string, b: bool, n: int}\npolicies:\n- id: p\n  type: " + (random.Next(2) == 0 ? "hard" : "soft") + "\n  rules:\n"
                + string.Concat(Enumerable.Range(0, RulesEach).Select(i => $"  - {{id: r{i}, condition: \"{Condition(random, 3)}\", decision: {Pick(random, "deny", "deny", "require_human")}}}\n"));
            PolicyBundle bundle = JudgeBench.Read(yaml);
            IReadOnlyList<PolicyDiagnostic> findings = BundleReview.Of(bundle).Findings;
            HashSet<string> never = [.. Named(findings, "the rule can never apply")];
            HashSet<string> idle = [.. Named(findings, "the rule never decides")];
            (string Rule, string Clause)[] always = [.. findings.Select(one => Parse(one, null, " is always true")).OfType<(string, string)>()];
            (string Rule, string Part)[] impossible = [.. findings.Select(one => Parse(one, " the alternative ", " can never hold: ")).OfType<(string, string)>()];
            (dead, silenced, alternatives, tautologies) = (dead + never.Count, silenced + idle.Count, alternatives + impossible.Length, tautologies + always.Length);

            JudgeBench bench = new(yaml);
            PolicyBundle[] narrowed = [.. impossible.Select(one => Narrowed(bundle, one.Rule, one.Part))];
            PolicyTrial whole = Trial(bundle, bench);
            PolicyTrial fewer = Trial(Without(bundle, idle), bench);
            PolicyTrial[] narrow = [.. narrowed.Select(one => Trial(one, bench))];
            foreach (Intent intent in World(bench))
            {
                PolicyExplanation said = whole.Explain(in intent, 1);
                Assert.DoesNotContain(said.Rules, rule => rule.Holds == true && never.Contains($"{rule.Policy}/{rule.Rule}"));
                Verdict left = fewer.Judge(in intent, 1);
                Assert.True(said.Verdict == left, $"seed {seed}: {bench.RuleOf(said.Verdict)} decides, and without the idle rules {bench.RuleOf(in left)}\n{yaml}{string.Join("\n", findings)}\n"
                    + string.Join("\n", said.Rules.Select(rule => $"{rule.Rule} {rule.Holds}: {string.Join(" && ", rule.Clauses.Select(clause => $"[{clause.Text}] = {clause.Holds}"))}")));
                foreach ((string name, string clause) in always)
                {
                    Assert.DoesNotContain(said.Rules.Where(rule => $"{rule.Policy}/{rule.Rule}" == name), rule => rule.Clauses.Any(one => one.Text == clause && one.Holds == false));
                }

                for (int i = 0; i < narrow.Length; i++)
                {
                    string name = impossible[i].Rule;
                    Assert.DoesNotContain(narrow[i].Explain(in intent, 1).Rules, rule => rule.Holds == true && $"{rule.Policy}/{rule.Rule}" == name);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{dead} rules that never apply, {silenced} that never decide, {alternatives} alternatives that never hold, {tautologies} clauses that always do");
        Assert.True(dead > 50 && silenced > 15 && alternatives > 50 && tautologies > 20, $"{dead} dead, {silenced} silenced, {alternatives} alternatives, {tautologies} tautologies: too tame");
    }

    private static IEnumerable<Intent> World(JudgeBench bench)
    {
        bench.Fact(FactKind.Pool, "one", "remaining", FactValue.Of(1L));
        bench.Fact(FactKind.Pool, "five", "remaining", FactValue.Of(5L));
        bench.Fact(FactKind.Pool, "one", "utilization", FactValue.Of(double.NaN));
        bench.Fact(FactKind.Pool, "five", "utilization", FactValue.Of(0.7));
        foreach (string topic in (string[])["", "a", "a.b", "b"])
        {
            foreach (string pool in (string[])["", "one", "five"])
            {
                foreach (object? x in (object?[])[null, "a", "b", "10.1.2.3", "10.0.0.0/12", 7])
                {
                    foreach (object? b in (object?[])[null, true, false])
                    {
                        foreach (object? n in (object?[])[null, 1, 2, 3, 9])
                        {
                            (string, object)[] attributes =
                                [.. new (string Name, object? Value)[] { ("x", x), ("b", b), ("n", n) }.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!))];
                            yield return new Intent
                            {
                                Agent = bench.Name("me"),
                                Resource = bench.Name("it"),
                                Topic = bench.Name(topic),
                                Pool = bench.Name(pool),
                                Attributes = attributes.Length == 0 ? 0 : bench.Attributes(attributes),
                            };
                        }
                    }
                }
            }
        }
    }

    private static string Condition(Random random, int depth)
    {
        string Inner() => Condition(random, depth - 1);
        return random.Next(depth > 0 ? 8 : 3) switch
        {
            < 3 => depth == 3 ? $"{Inner()} && {Inner()}" : Atom(random),
            3 or 4 => $"{Inner()} && {Inner()}",
            5 or 6 => $"({Inner()} || {Inner()})",
            _ => $"!({Inner()})",
        };
    }

    private static string Atom(Random random) => random.Next(16) switch
    {
        0 => $"intent.topic == '{Pick(random, "a", "b", "c")}'",
        1 => $"intent.topic != '{Pick(random, "a", "b")}'",
        2 => $"intent.topic.startsWith('{Pick(random, "a", "a.", "b")}')",
        3 => $"attr.x == '{Pick(random, "a", "b")}'",
        4 => $"attr.x in ['{Pick(random, "a", "c")}', 'b']",
        5 => "attr.b",
        6 => "!attr.b",
        7 => $"has(attr.{Pick(random, "x", "b", "n")})",
        8 or 9 => string.Create(CultureInfo.InvariantCulture, $"attr.n {Pick(random, "<", ">=", "==", "!=")} {Pick(random, "2", "3", "4")}"),
        10 => $"intent.topic.{Pick(random, "startsWith('')", "startsWith('a.b')", "endsWith('b')", "endsWith('.b')", "contains('.')")}",
        11 => $"cidrContains({Pick(random, "'10.0.0.0/8', attr.x", "'10.1.0.0/16', attr.x", "attr.x, '10.1.2.3'", "attr.x, '10.1.0.0/16'")})",
        12 => string.Create(CultureInfo.InvariantCulture, $"attr.n {Pick(random, "<", "<=", ">", ">=")} {random.Next(1, 5)}"),
        13 => $"pool.utilization {Pick(random, "<", "<=", ">", ">=")} {Pick(random, "0.5", "0.6", "0.9")}",
        14 => string.Create(CultureInfo.InvariantCulture, $"pool.remaining {Pick(random, "<", ">")} {random.Next(1, 6)}"),
        _ => Pick(random, "attr.x == agent.id", "attr.x != agent.id", "attr.b == (attr.n > 2)"),
    };

    private static string Pick(Random random, params string[] items) => items[random.Next(items.Length)];

    private static PolicyTrial Trial(PolicyBundle bundle, JudgeBench bench) => PolicyTrial.TryCreate(bundle, bench.Context, out _)!;

    private static IEnumerable<string> Named(IReadOnlyList<PolicyDiagnostic> findings, string what) =>
        findings.Where(finding => finding.Message.Contains(what, StringComparison.Ordinal)).Select(finding => finding.Message.Split(": ", 2)[0]);

    private static (string Rule, string Text)? Parse(PolicyDiagnostic finding, string? before, string after)
    {
        string[] halves = finding.Message.Split(": ", 2);
        int start = before is null ? 0 : halves[1].IndexOf(before, StringComparison.Ordinal) + before.Length;
        int end = halves[1].IndexOf(after, StringComparison.Ordinal);
        return end < 0 || (before is not null && start < before.Length) || halves[1].Contains('…', StringComparison.Ordinal) ? null : (halves[0], halves[1][start..end]);
    }

    private static PolicyBundle Narrowed(PolicyBundle bundle, string name, string part) => Mapped(bundle, (policy, rule) => $"{policy.Id}/{rule.Id}" == name
        ? rule with { Condition = rule.Condition with { Text = $"({rule.Condition.Text}) && ({part})" } } : rule);

    private static PolicyBundle Without(PolicyBundle bundle, HashSet<string> rules) => Mapped(bundle, (policy, rule) => rules.Contains($"{policy.Id}/{rule.Id}") ? null : rule);

    private static PolicyBundle Mapped(PolicyBundle bundle, Func<PolicyDocument, RuleDocument, RuleDocument?> map) => bundle with
    {
        Policies = [.. bundle.Policies.Select(policy => policy with { Rules = [.. policy.Rules.Select(rule => map(policy, rule)).OfType<RuleDocument>()] })],
    };
}
