using System.Globalization;
using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Judging;

public sealed class ExemptionTests
{
    private const string Policies = """
        policies:
        - {id: hard, rules: [{id: no, condition: "resource.id == 'db'", decision: deny}, {id: ask, condition: "resource.id in ['db', 'web']", decision: require_human}]}
        - {id: slow, rules: [{id: long, condition: "true", decision: throttle, params: {wait: 50}}, {id: short, condition: "true", decision: throttle, params: {wait: 5}}]}

        """;

    [Fact]
    public void Covers_whom_and_what_it_names_until_it_expires_and_as_often_as_it_says()
    {
        JudgeBench bench = new(Policies + """
            exemptions:
            - {id: a, who: {agent: deploy*, role: sre}, policies: [hard, slow], why: by hand, expires: 10, maxUses: 2, breakGlass: true}
            """);
        Intent intent = new() { Agent = bench.Name("deployer"), Role = bench.Name("sre"), Resource = bench.Name("db") };
        Intent other = intent with { Agent = bench.Name("other") };
        Intent noRole = intent with { Role = Symbol.None };

        Assert.Equal((VerdictKind.Reject, 0), (bench.Judge(other).Kind, bench.Notes.Count));
        Assert.Equal((VerdictKind.Reject, 0), (bench.Judge(noRole).Kind, bench.Notes.Count));
        Assert.Equal((VerdictKind.Reject, 0), (bench.Judge(intent, 10).Kind, bench.Notes.Count));
        Assert.Equal(VerdictKind.Admit, bench.Judge(intent, 9).Kind);
        Assert.Equal((GateNoteKind.Exempted, VerdictKind.Reject), (bench.Notes[0].Kind, bench.Notes[0].WouldBe));
        Rule exemption = bench.Vocabulary.Rules.Find(bench.Notes[0].Exemption)!;
        Assert.Equal(("exemption/a", "by hand", "hard/no"), (exemption.Name, exemption.Template, bench.Vocabulary.Rules.Find(bench.Notes[0].Rule)!.Name));
        Assert.Equal(VerdictKind.Admit, bench.Judge(intent, 3).Kind);
        Assert.Equal((VerdictKind.Reject, 0), (bench.Judge(intent, 3).Kind, bench.Notes.Count));
        Assert.Equal(2ul, Assert.Single(bench.Policy.Observed).Count);
    }

    [Fact]
    public void What_it_does_not_cover_stands_and_the_mildest_of_several_is_used()
    {
        JudgeBench bench = new(Policies + """
            exemptions:
            - {id: useless, who: {agent: '*'}, rules: [hard/ask], why: w, expires: 100, maxUses: 9}
            - {id: some, who: {agent: '*'}, rules: [hard/no], why: w, expires: 100, maxUses: 9}
            - {id: most, who: {agent: '*'}, rules: [hard/no, hard/ask], why: w, expires: 100, maxUses: 1}
            - {id: same, who: {agent: '*'}, policies: [hard], why: w, expires: 100, maxUses: 9}
            - {id: waits, who: {agent: '*'}, rules: [slow/long], why: w, expires: 100, maxUses: 1}
            """);
        Intent db = new() { Agent = bench.Name("x"), Resource = bench.Name("db") };
        string Used() => bench.Vocabulary.Rules.Find(bench.Notes.Of(GateNoteKind.Exempted).Exemption)?.Name ?? "";

        Assert.Equal((VerdictKind.Shape, 50ul), (bench.Judge(db).Kind, bench.Judge(db).Argument));
        Assert.Equal("exemption/same", Used());
        Assert.Equal(1ul, bench.Context.Uses.Of(bench.Vocabulary.Rules.Define("exemption/most", "w")));
        Assert.Equal(0ul, bench.Context.Uses.Of(bench.Vocabulary.Rules.Define("exemption/some", "w")));

        // A shorter wait is milder, too.
        Intent cache = db with { Resource = bench.Name("cache") };
        Verdict verdict = bench.Judge(cache);
        Assert.Equal((VerdictKind.Shape, 5ul, "exemption/waits"), (verdict.Kind, verdict.Argument, Used()));
        Assert.Equal((50ul, ""), (bench.Judge(cache).Argument, Used()));
    }

    [Fact]
    public void A_thousand_of_them_are_told_apart()
    {
        string many = string.Concat(Enumerable.Range(0, 1000).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"- {{id: e{i}, who: {{agent: agent-{i}, identity: svc-*}}, rules: [hard/no, hard/ask], why: w, expires: 100, maxUses: {1 + (i % 3)}}}\n")));
        JudgeBench bench = new(Policies + "exemptions:\n" + many);
        for (int i = 0; i < 1000; i += 7)
        {
            Intent intent = new() { Agent = bench.Name($"agent-{i}"), Resource = bench.Name("db"), Identity = bench.Name("svc-" + (i % 5)) };
            for (int use = 0; use < 5; use++)
            {
                Assert.Equal(use < 1 + (i % 3) ? VerdictKind.Shape : VerdictKind.Reject, bench.Judge(intent).Kind);
            }
        }
    }

    [Fact]
    public void Shadow_speaks_where_it_is_harsher_and_audit_whenever_it_speaks()
    {
        JudgeBench bench = new("""
            policies:
            - {id: p, rules: [{id: ask, condition: "resource.id == 'db'", decision: require_human}]}
            - {id: s, mode: shadow, rules: [{id: no, condition: "agent.id == 'x'", decision: deny}, {id: slow, condition: "true", decision: throttle}]}
            - {id: a, mode: audit, rules: [{id: look, condition: "intent.destructive", decision: throttle}]}
            """);
        Intent db = new() { Agent = bench.Name("x"), Resource = bench.Name("db") };
        Assert.Equal((VerdictKind.RequireApproval, "Shadow Reject"), (bench.Judge(db).Kind, Noted(bench)));
        Assert.Equal((VerdictKind.RequireApproval, ""), (bench.Judge(db with { Agent = bench.Name("y") }).Kind, Noted(bench)));
        Intent destroy = db with { Agent = bench.Name("y"), Action = IntentAction.Destroy };
        Assert.Equal((VerdictKind.RequireApproval, "Audit Shape"), (bench.Judge(destroy).Kind, Noted(bench)));

        // Both speak: both are noted.
        Assert.Equal((VerdictKind.RequireApproval, "Shadow Reject, Audit Shape"), (bench.Judge(destroy with { Agent = bench.Name("x") }).Kind, Noted(bench)));
        Assert.Equal(
            [(GateNoteKind.Shadow, "s/no", 2ul), (GateNoteKind.Audit, "a/look", 2ul)],
            bench.Policy.Observed.Select(rule => (rule.Kind, rule.Name, rule.Count)));
    }

    [Fact]
    public void A_candidate_decides_nothing_and_is_counted_against_the_live_bundle()
    {
        JudgeBench bench = new(
            "rules: [{id: no, condition: \"resource.id == 'db'\", decision: deny}]\nexemptions: [{id: e, who: {agent: ann}, policies: ['*'], why: w, expires: 100, maxUses: 1}]",
            "rules: [{id: ask, condition: \"resource.id in ['db', 'web']\", decision: require_human}]");
        Intent Of(string resource, string agent = "bob") => new() { Agent = bench.Name(agent), Resource = bench.Name(resource) };

        Assert.Equal((VerdictKind.Reject, "Candidate RequireApproval"), (bench.Judge(Of("db")).Kind, Noted(bench)));
        Assert.Equal((VerdictKind.Admit, "Candidate RequireApproval"), (bench.Judge(Of("web")).Kind, Noted(bench)));
        Assert.Equal((VerdictKind.Admit, ""), (bench.Judge(Of("cache")).Kind, Noted(bench)));

        // An exemption hides nothing of the comparison.
        Assert.Equal((VerdictKind.Admit, "Exempted Reject, Candidate RequireApproval"), (bench.Judge(Of("db", "ann")).Kind, Noted(bench)));
        CandidateComparison comparison = bench.Policy.Comparison!;
        Assert.Equal((4ul, 3ul, 1ul, 2ul), (comparison.Judged, comparison.Different, comparison.Harsher, comparison.Milder));
        Assert.Equal(2ul, comparison[VerdictKind.Reject, VerdictKind.RequireApproval]);
    }

    [Fact]
    public void A_trial_uses_nothing_up()
    {
        GateContext context = new(new Vocabulary(1000), new FactTable());
        PolicyTrial trial = PolicyTrial.TryCreate(
            JudgeBench.Read(Policies + "exemptions: [{id: e, who: {agent: '*'}, policies: ['*'], why: w, expires: 100, maxUses: 1}]"), context, out _)!;
        Intent intent = new() { Agent = context.Vocabulary.Symbols.Intern("x"), Resource = context.Vocabulary.Symbols.Intern("db") };
        Assert.Equal([VerdictKind.Admit, VerdictKind.Admit, VerdictKind.Reject], [trial.Judge(in intent, 1).Kind, trial.Judge(in intent, 1).Kind, trial.Judge(in intent, 100).Kind]);
        Assert.Equal(0, context.Uses.Count);
    }

    [Fact]
    public void Of_two_bundles_one_exempts_an_intent_and_the_other_counts()
    {
        const string Yaml = "rules: [{id: RULE, condition: \"true\", decision: deny}]\nexemptions: [{id: RULE, who: {agent: '*'}, policies: ['*'], why: w, expires: 100, maxUses: 9}]";
        Vocabulary vocabulary = new(1000);
        GateContext context = new(vocabulary, new FactTable());
        GateStage gate = new([BundleWall.Policy(Yaml.Replace("RULE", "a", StringComparison.Ordinal), vocabulary), BundleWall.Policy(Yaml.Replace("RULE", "b", StringComparison.Ordinal), vocabulary)], context);
        Intent intent = new() { Agent = vocabulary.Symbols.Intern("x"), Resource = vocabulary.Symbols.Intern("y") };
        Assert.Equal("rules/b", vocabulary.Rules.Find(gate.Judge(in intent, 1).Rule)!.Name);
        Assert.Equal((0, 0), (gate.Notes.Count, context.Uses.Count));
        Assert.Null(gate.LastException);
    }

    private static string Noted(JudgeBench bench) =>
        string.Join(", ", Enumerable.Range(0, bench.Notes.Count).Select(i => $"{bench.Notes[i].Kind} {bench.Notes[i].WouldBe}"));
}
