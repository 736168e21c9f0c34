using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>A bundle compiled for one gate, and what stands beside it: exemptions, policies that are only observed, a candidate.</summary>
internal sealed class AttachedBundle
{
    private readonly RuleSet _enforced;
    private readonly RuleSet? _shadow;
    private readonly RuleSet? _audit;
    private readonly RuleSet? _candidate;
    private readonly ExemptionSet? _exemptions;
    private readonly ObservedRules _observed;
    private readonly CandidateComparison? _comparison;
    private readonly bool _observes;

    public AttachedBundle(CheckedBundle live, CheckedBundle? candidate, GateContext context, ObservedRules observed, CandidateComparison? comparison)
    {
        Context = context;
        _observed = observed;
        _comparison = comparison;
        List<string> slow = [];
        IReadOnlyList<PolicyRule> enforced = live.RulesOf(PolicyMode.Enforce);
        RuleSetBuilder builder = BuilderOf(live, context);
        _enforced = builder.Build(enforced);
        _shadow = BuildSome(builder, live.RulesOf(PolicyMode.Shadow));
        _audit = BuildSome(builder, live.RulesOf(PolicyMode.Audit));
        slow.AddRange(builder.Slow);
        if (candidate is not null)
        {
            RuleSetBuilder other = BuilderOf(candidate, context);
            _candidate = other.Build(candidate.RulesOf(PolicyMode.Enforce));
            slow.AddRange(other.Slow);
        }

        _exemptions = live.Exemptions.Count == 0 ? null : new ExemptionSet(live.Exemptions, enforced, _enforced, context);
        _observes = _shadow is not null || _audit is not null || _candidate is not null;
        SlowClauses = slow;
    }

    /// <summary>The gate's tables.</summary>
    public GateContext Context { get; }

    /// <summary>See <see cref="BundlePolicy.SlowClauses"/>.</summary>
    public IReadOnlyList<string> SlowClauses { get; }

    /// <summary>The verdict that counts; what does not is added to the gate's notes.</summary>
    public Verdict Judge(in JudgeInput input)
    {
        Verdict said = _enforced.Judge(in input);
        Verdict verdict = said;
        if (_exemptions is not null && said.Kind != VerdictKind.Admit)
        {
            verdict = Exempt(in input, in said);
        }

        if (_observes)
        {
            Observe(in input, in said, in verdict);
        }

        return verdict;
    }

    private Verdict Exempt(in JudgeInput input, in Verdict said)
    {
        if (Context.Notes.IsExempted)
        {
            return said;
        }

        RuleId exemption = _exemptions!.Find(in input, in said, out Verdict milder);
        if (exemption != RuleId.None)
        {
            Context.Notes.Add(GateNoteKind.Exempted, in said, exemption);
            _observed.Count(GateNoteKind.Exempted, said.Rule);
        }

        return milder;
    }

    private void Observe(in JudgeInput input, in Verdict said, in Verdict verdict)
    {
        if (_shadow is not null)
        {
            Verdict shadow = _shadow.Judge(in input);
            Note(verdict.IsMilderThan(in shadow), GateNoteKind.Shadow, in shadow);
        }

        if (_audit is not null)
        {
            Verdict audit = _audit.Judge(in input);
            Note(audit.Kind != VerdictKind.Admit, GateNoteKind.Audit, in audit);
        }

        if (_candidate is not null)
        {
            Verdict candidate = _candidate.Judge(in input);
            _comparison!.Count(said.Kind, candidate.Kind);
            Note(candidate.Kind != said.Kind, GateNoteKind.Candidate, in candidate);
        }
    }

    private void Note(bool holds, GateNoteKind kind, in Verdict wouldBe)
    {
        if (holds)
        {
            Context.Notes.Add(kind, in wouldBe);
            _observed.Count(kind, wouldBe.Rule);
        }
    }

    private static RuleSetBuilder BuilderOf(CheckedBundle bundle, GateContext context)
    {
        IntentActivation activation = new(bundle.Schema, context, bundle.Bundle.StaleAfterTicks, bundle.Bundle.Ticks);
        ReferenceEvaluator evaluator = new();
        return new RuleSetBuilder(bundle.Schema, context, bundle.Bundle.StaleAfterTicks, expr => new ReferenceNode(expr, evaluator, activation));
    }

    private static RuleSet? BuildSome(RuleSetBuilder builder, IReadOnlyList<PolicyRule> rules) => rules.Count == 0 ? null : builder.Build(rules);
}
