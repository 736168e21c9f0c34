using Floodwall.Pipeline;

namespace Floodwall.Load.Flood.Rules;

/// <summary>One of the flood's rules: a resource, a topic, an action, and a cost above a bound.</summary>
internal sealed record RuleData(int Resource, int Topic, IntentAction Action, long CostAbove, VerdictKind Kind)
{
    private static readonly VerdictKind[] Kinds = [VerdictKind.Defer, VerdictKind.RequireApproval, VerdictKind.Reject];

    /// <summary>
    /// The same rules for everybody who asks. Of 12,288 triples of names a rule meets one, and half of its costs: a hundred rules object to
    /// 0.4 % of a flood, a thousand to 4 %.
    /// </summary>
    public static IEnumerable<RuleData> Draw(int rules)
    {
        SplitMix64 random = new(0xF100D);
        for (int i = 0; i < rules; i++)
        {
            yield return new RuleData(
                random.Below(FloodShape.RuledResources), random.Below(FloodShape.Topics), (IntentAction)random.Below(3), random.Below(1_000_000), Kinds[i % Kinds.Length]);
        }
    }

    /// <summary>What so many rules have to say, by a look-up of names.</summary>
    public static Func<Intent, VerdictKind> Reference(Vocabulary vocabulary, int rules)
    {
        ILookup<(Symbol, Symbol, IntentAction), RuleData> byNames = Draw(rules).ToLookup(rule => (
            vocabulary.Symbols.Intern(FloodShape.ResourceName(rule.Resource)), vocabulary.Symbols.Intern(FloodShape.TopicName(rule.Topic)), rule.Action));
        return intent => byNames[(intent.Resource, intent.Topic, intent.Action)]
            .Where(rule => intent.CostMicros > rule.CostAbove).Select(rule => rule.Kind).DefaultIfEmpty(VerdictKind.Admit).Max();
    }
}
