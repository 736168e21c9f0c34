using Floodwall.Pipeline;

namespace Floodwall.Load.Flood.Rules;

/// <summary>
/// The interim rule gate: each rule a small policy object (a resource, a topic, an action and a cost above a bound), all of them in one
/// policy that asks one after the other. No index, no compilation: its cost is linear in the number of rules.
/// </summary>
internal sealed class ConditionRuleGate : IRuleGate
{
    private static readonly VerdictKind[] Kinds = [VerdictKind.Defer, VerdictKind.RequireApproval, VerdictKind.Reject];

    public string What => "interim: one object for each condition behind an interface, asked in turn; not yet compiled policy";

    public IReadOnlyList<IPolicy> Policies(Vocabulary vocabulary, int rules) =>
        [new ConditionSet([.. Conditions(vocabulary, rules).Select(IPolicy (data) => new Condition(data))])];

    public Func<Intent, VerdictKind> Reference(Vocabulary vocabulary, int rules)
    {
        ILookup<(Symbol, Symbol, IntentAction), ConditionData> byNames = Conditions(vocabulary, rules).ToLookup(data => (data.Resource, data.Topic, data.Action));
        return intent => byNames[(intent.Resource, intent.Topic, intent.Action)]
            .Where(data => intent.CostMicros > data.CostAbove).Select(data => data.Kind).DefaultIfEmpty(VerdictKind.Admit).Max();
    }

    // Of 12,288 triples of names a rule meets one, and half of its costs: a hundred rules object to 0.4 % of a flood, a thousand to 4 %.
    private static IEnumerable<ConditionData> Conditions(Vocabulary vocabulary, int rules)
    {
        SplitMix64 random = new(0xF100D);
        RuleId[] reasons = [.. Kinds.Select(kind => vocabulary.Rules.Define($"load-{kind}".ToLowerInvariant(), "a rule of the load harness objects"))];
        for (int i = 0; i < rules; i++)
        {
            int kind = i % Kinds.Length;
            yield return new ConditionData(
                vocabulary.Symbols.Intern(FloodShape.ResourceName(random.Below(FloodShape.RuledResources))),
                vocabulary.Symbols.Intern(FloodShape.TopicName(random.Below(FloodShape.Topics))),
                (IntentAction)random.Below(3),
                random.Below(1_000_000),
                Kinds[kind],
                reasons[kind]);
        }
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
