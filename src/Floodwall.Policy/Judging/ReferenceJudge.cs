using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>
/// The semantics of a bundle in the plainest form: every rule's condition through the reference evaluator, every verdict combined. What
/// is compiled is held against it; it also explains.
/// </summary>
internal sealed class ReferenceJudge
{
    private readonly CheckedBundle _bundle;
    private readonly IntentActivation _activation;
    private readonly Vocabulary _names;
    private readonly ReferenceEvaluator _evaluator = new();
    private readonly (PolicyRule Rule, RuleOutcome Outcome)[] _rules;

    public ReferenceJudge(BundlePolicy policy, GateContext context)
        : this(policy.Live, context) => Candidate = policy.Tried is null ? null : new ReferenceJudge(policy.Tried, context);

    private ReferenceJudge(CheckedBundle bundle, GateContext context)
    {
        _bundle = bundle;
        _names = context.Vocabulary;
        _activation = new IntentActivation(bundle.Schema, context, bundle.Bundle.StaleAfterTicks, bundle.Bundle.Ticks);
        _rules = [.. bundle.Rules
            .OrderBy(rule => rule.Policy.Scope.Level).ThenByDescending(rule => rule.Document.Priority).ThenBy(rule => rule.Index)
            .Select(rule => (rule, new RuleOutcome(rule, context, bundle.Bundle.StaleAfterTicks)))];
    }

    /// <summary>The bundle that is tried beside it; null for none.</summary>
    public ReferenceJudge? Candidate { get; }

    /// <summary>The verdict of the policies of a mode, exemptions aside.</summary>
    public Verdict Judge(in Intent intent, ulong tick, PolicyMode mode = PolicyMode.Enforce, PolicyExemption? without = null)
    {
        Verdict verdict = Verdict.Admit;
        foreach ((PolicyRule rule, RuleOutcome outcome) in _rules.Where(pair => pair.Rule.Policy.Mode == mode && without?.Covers(pair.Rule) != true))
        {
            Truth truth = TruthOf(rule, in intent, tick);
            if (truth != Truth.False)
            {
                Verdict one = outcome.Speak(new JudgeInput(in intent, tick), truth == Truth.Unknown);
                verdict = one.Kind == VerdictKind.Admit ? verdict : verdict.Combine(one);
            }
        }

        return verdict;
    }

    /// <summary>What a gate of this policy alone decides, and notes beside it.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="tick">The wall's clock.</param>
    /// <param name="usesOf">How often an exemption was used.</param>
    public (Verdict Verdict, GateNoteSet Notes) Decide(Intent intent, ulong tick, Func<RuleId, ulong> usesOf)
    {
        Verdict said = Judge(in intent, tick);
        Verdict verdict = said;
        PolicyExemption? used = null;
        foreach (PolicyExemption exemption in _bundle.Exemptions.Where(one => Holds(one, in intent, tick, usesOf(one.Id))))
        {
            Verdict left = Judge(in intent, tick, without: exemption);
            (verdict, used) = left.IsMilderThan(in verdict) ? (left, exemption) : (verdict, used);
        }

        GateNoteSet notes = default;
        if (used is not null)
        {
            notes.Add(new GateNote(GateNoteKind.Exempted, said.Kind, said.Rule, used.Id));
        }

        Verdict shadow = Judge(in intent, tick, PolicyMode.Shadow);
        Verdict audit = Judge(in intent, tick, PolicyMode.Audit);
        Verdict candidate = Candidate?.Judge(in intent, tick) ?? said;
        foreach ((bool noted, GateNoteKind kind, Verdict wouldBe) in new (bool, GateNoteKind, Verdict)[]
        {
            (verdict.IsMilderThan(in shadow), GateNoteKind.Shadow, shadow),
            (audit.Kind != VerdictKind.Admit, GateNoteKind.Audit, audit),
            (candidate.Kind != said.Kind, GateNoteKind.Candidate, candidate),
        })
        {
            if (noted)
            {
                notes.Add(new GateNote(kind, wouldBe.Kind, wouldBe.Rule));
            }
        }

        return (verdict, notes);
    }

    /// <summary>Every rule with the value of every clause, and what comes of it before exemptions.</summary>
    public PolicyExplanation ExplainRules(in Intent intent, ulong tick)
    {
        List<RuleExplanation> rules = [];
        Verdict verdict = Verdict.Admit;
        foreach ((PolicyRule rule, RuleOutcome outcome) in _rules)
        {
            Truth truth = TruthOf(rule, in intent, tick);
            Verdict one = truth == Truth.False ? Verdict.Admit : outcome.Speak(new JudgeInput(in intent, tick), truth == Truth.Unknown);
            rules.Add(new RuleExplanation
            {
                Policy = rule.Policy.Id,
                Rule = rule.Document.Id,
                Scope = rule.Policy.Scope.ToString(),
                Mode = rule.Policy.Mode,
                Priority = rule.Document.Priority,
                Holds = truth == Truth.Unknown ? null : truth == Truth.True,
                Clauses = [.. Clauses(rule, intent, tick)],
                Verdict = one,
                Position = rule.Document.Position,
            });
            verdict = one.Kind == VerdictKind.Admit || rule.Policy.Mode != PolicyMode.Enforce ? verdict : verdict.Combine(one);
        }

        PolicyExplanation explanation = new(verdict, rules, Winner: null) { Said = verdict, Objection = null };
        RuleExplanation? objection = BundleExplainer.RuleOf(explanation, in verdict);
        return explanation with { Winner = objection, Objection = objection };
    }

    /// <summary>Whether whoever submits the intent is one of those whom an exemption is for.</summary>
    public bool IsFor(PolicyExemption exemption, in Intent intent)
    {
        (NamePattern? agent, NamePattern? identity, NamePattern? role) = exemption.Document.Who;
        return Fits(agent, intent.Agent) && Fits(identity, intent.Identity) && Fits(role, intent.Role);
    }

    private bool Holds(PolicyExemption exemption, in Intent intent, ulong tick, ulong uses) =>
        IsFor(exemption, in intent) && tick < exemption.Document.ExpiresTick && uses < exemption.Document.MaxUses;

    private bool Fits(NamePattern? pattern, Symbol name) => pattern is null || (!name.IsNone && pattern.Matches(_names.NameOf(name)));

    private Truth TruthOf(PolicyRule rule, in Intent intent, ulong tick)
    {
        _activation.Set(in intent, tick);
        Truth truth = Evaluate(rule.Condition);
        foreach (Clause clause in rule.Clauses.Where(clause => clause.IsScope))
        {
            truth = Truths.And(truth, Evaluate(clause.Expr));
        }

        return truth;
    }

    private IEnumerable<ClauseExplanation> Clauses(PolicyRule rule, Intent intent, ulong tick)
    {
        _activation.Set(in intent, tick);
        foreach (Clause clause in rule.Clauses)
        {
            CelValue value = _evaluator.Evaluate(clause.Expr, _activation);
            yield return new ClauseExplanation(
                clause.Text, value is CelBool truth ? truth.Value : null, value is CelBool ? [] : Why(value), clause.IsScope);
        }
    }

    private static IReadOnlyList<string> Why(CelValue value) => value switch
    {
        CelUnknown unknown => [.. unknown.Names.Select(name => $"{name} is not known")],
        CelError error => [error.Message],
        _ => [$"it is {value.TypeName}, no bool"],
    };

    private Truth Evaluate(Expr expr) => _evaluator.Evaluate(expr, _activation) is CelBool truth ? Truths.Of(truth.Value) : Truth.Unknown;
}
