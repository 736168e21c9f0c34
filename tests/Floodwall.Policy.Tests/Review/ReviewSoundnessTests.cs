using System.Text;
using Floodwall.Pipeline;
using Floodwall.Policy.Tests.Judging;

namespace Floodwall.Policy.Tests.Review;

/// <summary>What a review says can never happen does not happen, over random bundles, intents, attributes and facts.</summary>
public sealed class ReviewSoundnessTests
{
    private const int Bundles = 300;
    private const int IntentsEach = 200;

    [Fact]
    public void Rules_said_to_be_idle_change_no_verdict()
    {
        int dead = 0;
        int silenced = 0;
        for (int seed = 0; seed < Bundles; seed++)
        {
            RandomPolicy random = new(seed);
            string yaml = random.Bundle();

            // Exemptions are used up by either of the two that are compared.
            PolicyBundle bundle = BundleReader.Read([new BundleSource("test.yaml", Encoding.UTF8.GetBytes(yaml))]).Bundle! with { Exemptions = [] };
            IReadOnlyList<PolicyDiagnostic> findings = BundleReview.Of(bundle).Findings;
            HashSet<string> never = Named(findings, "can never apply");
            HashSet<string> idle = [.. Named(findings, "never decides"), .. Named(findings, "says admit")];
            dead += never.Count;
            silenced += idle.Count;

            JudgeBench bench = new(yaml);
            PolicyTrial with = PolicyTrial.TryCreate(bundle, bench.Context, out _)!;
            PolicyTrial without = PolicyTrial.TryCreate(Without(bundle, idle), bench.Context, out _)!;
            for (int i = 0; i < IntentsEach; i++)
            {
                if (i % 25 == 0)
                {
                    random.SetFacts(bench);
                }

                Intent intent = random.Intent(bench);
                ulong tick = random.Tick();
                Verdict all = with.Judge(in intent, tick);
                Verdict fewer = without.Judge(in intent, tick);
                Assert.True(all == fewer, $"seed {seed}: {bench.RuleOf(in all)} {all.Kind} {all.Argument}, without the idle rules {bench.RuleOf(in fewer)} {fewer.Kind} {fewer.Argument}\n{yaml}");
                Assert.DoesNotContain(bench.Explain(in intent, tick).Rules, rule => rule.Holds == true && never.Contains($"{rule.Policy}/{rule.Rule}"));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{dead} rules that never apply, {silenced} that never decide");
        Assert.True(dead > 10 && silenced > 100, $"{dead} dead, {silenced} silenced: the bundles are too tame");
    }

    private static HashSet<string> Named(IReadOnlyList<PolicyDiagnostic> findings, string what) =>
        [.. findings.Where(finding => finding.Message.Contains(what, StringComparison.Ordinal)).Select(finding => finding.Message.Split(": ", 2)[0])];

    private static PolicyBundle Without(PolicyBundle bundle, HashSet<string> rules) => bundle with
    {
        Policies = [.. bundle.Policies.Select(policy => policy with { Rules = [.. policy.Rules.Where(rule => !rules.Contains($"{policy.Id}/{rule.Id}"))] })],
    };
}
