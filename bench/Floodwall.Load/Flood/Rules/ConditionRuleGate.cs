using Floodwall.Pipeline;

namespace Floodwall.Load.Flood.Rules;

/// <summary>
/// The rules as objects behind an interface, one for each condition, all of them in one policy that asks one after the other. No index, no
/// compilation: its cost is linear in the number of rules.
/// </summary>
internal sealed class ConditionRuleGate : IRuleGate
{
    public string What => "one object for each condition behind an interface, asked in turn";

    public IReadOnlyList<IPolicy> Policies(Vocabulary vocabulary, int rules) =>
        [new ConditionSet([.. Conditions(vocabulary, rules).Select(IPolicy (data) => new Condition(data))])];

    public Func<Intent, VerdictKind> Reference(Vocabulary vocabulary, int rules) => RuleData.Reference(vocabulary, rules);

    private static IEnumerable<ConditionData> Conditions(Vocabulary vocabulary, int rules)
    {
        RuleId reason = vocabulary.Rules.Define("load-rule", "a rule of the load harness objects");
        return RuleData.Draw(rules).Select(rule => new ConditionData(
            vocabulary.Symbols.Intern(FloodShape.ResourceName(rule.Resource)),
            vocabulary.Symbols.Intern(FloodShape.TopicName(rule.Topic)),
            rule.Action,
            rule.CostAbove,
            rule.Kind,
            reason));
    }

    private sealed record ConditionData(Symbol Resource, Symbol Topic, IntentAction Action, long CostAbove, VerdictKind Kind, RuleId Reason);

    private sealed class Condition(ConditionData data) : IPolicy
    {
        private readonly Symbol _resource = data.Resource;
        private readonly Symbol _topic = data.Topic;
        private readonly IntentAction _action = data.Action;
        private readonly long _costAbove = data.CostAbove;
        private readonly Verdict _verdict = data.Kind switch
        {
            VerdictKind.Defer => Verdict.Defer(data.Reason),
            VerdictKind.RequireApproval => Verdict.RequireApproval(data.Reason),
            _ => Verdict.Reject(data.Reason),
        };

        public Verdict Judge(in Intent intent, ulong tick) =>
            intent.Resource == _resource && intent.Topic == _topic && intent.Action == _action && intent.CostMicros > _costAbove ? _verdict : Verdict.Admit;
    }

    private sealed class ConditionSet(IPolicy[] conditions) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick)
        {
            Verdict verdict = Verdict.Admit;
            foreach (IPolicy condition in conditions)
            {
                Verdict one = condition.Judge(in intent, tick);
                if (one.Kind != VerdictKind.Admit)
                {
                    verdict = verdict.Combine(one);
                }
            }

            return verdict;
        }
    }
}
