using Floodwall.Pipeline;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>Puts together, for people, all that decides about an intent: rules, exemptions, what is only observed, a candidate.</summary>
/// <param name="judge">The semantics.</param>
/// <param name="exemptions">The bundle's, in the order of the file.</param>
/// <param name="usesOf">How often an exemption was used.</param>
internal sealed class BundleExplainer(ReferenceJudge judge, IReadOnlyList<PolicyExemption> exemptions, Func<RuleId, ulong> usesOf)
{
    /// <summary>The explanation. Uses nothing up.</summary>
    public PolicyExplanation Explain(in Intent intent, ulong tick)
    {
        PolicyExplanation rules = judge.ExplainRules(in intent, tick);
        (Verdict verdict, GateNoteSet notes) = judge.Decide(intent, tick, usesOf);
        RuleId used = notes.Of(GateNoteKind.Exempted).Exemption;
        List<ExemptionExplanation> all = [];
        foreach (PolicyExemption exemption in exemptions)
        {
            all.Add(Explain(exemption, used, rules, in intent, tick));
        }

        return rules with
        {
            Verdict = verdict,
            Winner = RuleOf(rules, in verdict),
            Exemptions = all,
            Notes = notes,
            Candidate = judge.Candidate?.ExplainRules(in intent, tick),
        };
    }

    /// <summary>The rule in force that gives a verdict's reason.</summary>
    public static RuleExplanation? RuleOf(PolicyExplanation explanation, in Verdict verdict)
    {
        RuleId id = verdict.Rule;
        return id == RuleId.None ? null : explanation.Rules.FirstOrDefault(rule => rule.Mode == PolicyMode.Enforce && rule.Verdict.Rule == id);
    }

    private ExemptionExplanation Explain(PolicyExemption exemption, RuleId used, PolicyExplanation rules, in Intent intent, ulong tick)
    {
        ulong uses = usesOf(exemption.Id);
        ExemptionStatus status = rules.Said.Kind == VerdictKind.Admit ? ExemptionStatus.NotNeeded
            : !judge.IsFor(exemption, in intent) ? ExemptionStatus.ForOthers
            : tick >= exemption.Document.ExpiresTick ? ExemptionStatus.Expired
            : uses >= exemption.Document.MaxUses ? ExemptionStatus.UsedUp
            : exemption.Id == used ? ExemptionStatus.Used
            : ExemptionStatus.Behind;
        Verdict? leaves = status is ExemptionStatus.Used or ExemptionStatus.Behind ? judge.Judge(in intent, tick, without: exemption) : null;
        if (status == ExemptionStatus.Behind && !leaves!.Value.IsMilderThan(rules.Said))
        {
            status = ExemptionStatus.NoHelp;
        }

        return new ExemptionExplanation(exemption.Document, status, uses, leaves)
        {
            Silenced = [.. rules.Rules
                .Where(rule => rule.Mode == PolicyMode.Enforce && rule.Verdict.Kind != VerdictKind.Admit && exemption.Covers(rule.Policy, rule.Rule))
                .Select(rule => $"{rule.Policy}/{rule.Rule}")],
        };
    }
}
