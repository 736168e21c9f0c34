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
    private readonly BundlePolicy _policy;
    private readonly IntentActivation _activation;
    private readonly ReferenceEvaluator _evaluator = new();
    private readonly (PolicyRule Rule, RuleOutcome Outcome)[] _rules;

    public ReferenceJudge(BundlePolicy policy, GateContext context)
    {
        _policy = policy;
        _activation = new IntentActivation(policy.Schema, context, policy.Bundle.StaleAfterTicks, policy.Bundle.Ticks);
        _rules = [.. policy.Rules
            .OrderBy(rule => rule.Policy.Scope.Level).ThenByDescending(rule => rule.Document.Priority).ThenBy(rule => rule.Index)
            .Select(rule => (rule, new RuleOutcome(rule, context, policy.Bundle.StaleAfterTicks)))];
    }

    /// <summary>The verdict of the enforced policies.</summary>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        Verdict verdict = Verdict.Admit;
        foreach ((PolicyRule rule, RuleOutcome outcome) in _rules.Where(pair => pair.Rule.Policy.Mode == PolicyMode.Enforce))
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

    /// <summary>Every rule with the value of every clause, and what comes of it.</summary>
    public PolicyExplanation Explain(in Intent intent, ulong tick)
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

        int winner = verdict.Rule == RuleId.None ? -1 : rules.FindIndex(rule => rule.Mode == PolicyMode.Enforce && rule.Verdict.Rule == verdict.Rule);
        return new PolicyExplanation(verdict, rules, winner < 0 ? null : rules[winner]);
    }

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
