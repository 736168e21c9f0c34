using Floodwall.Pipeline;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>How often a rule would have decided.</summary>
/// <param name="Kind">
/// Why it did not: an exemption covers it, its policy is in mode shadow or audit, or it belongs to the candidate.
/// </param>
/// <param name="Rule">The rule's number.</param>
/// <param name="Name"><c>POLICY/RULE</c>.</param>
/// <param name="Count">For how many intents, since the policy was made.</param>
public sealed record ObservedRule(GateNoteKind Kind, RuleId Rule, string Name, ulong Count);

/// <summary>Counts, rule by rule, verdicts that would have been. One thread counts; any thread reads.</summary>
internal sealed class ObservedRules
{
    private readonly Dictionary<(int Kind, uint Rule), int> _places = [];
    private readonly List<(GateNoteKind Kind, PolicyRule Rule)> _rules = [];
    private readonly ulong[] _counts;

    public ObservedRules(CheckedBundle live, CheckedBundle? candidate)
    {
        Add(GateNoteKind.Exempted, live.Exemptions.Count == 0 ? [] : live.RulesOf(PolicyMode.Enforce));
        Add(GateNoteKind.Shadow, live.RulesOf(PolicyMode.Shadow));
        Add(GateNoteKind.Audit, live.RulesOf(PolicyMode.Audit));
        Add(GateNoteKind.Candidate, candidate?.RulesOf(PolicyMode.Enforce) ?? []);
        _counts = new ulong[_rules.Count];
    }

    /// <summary>The rules that were counted at least once.</summary>
    public IReadOnlyList<ObservedRule> All =>
    [
        .. _rules.Select((pair, i) => new ObservedRule(pair.Kind, pair.Rule.Id, pair.Rule.Name, Volatile.Read(ref _counts[i])))
            .Where(observed => observed.Count != 0),
    ];

    /// <summary>Counts one.</summary>
    public void Count(GateNoteKind kind, RuleId rule)
    {
        if (_places.TryGetValue(((int)kind, rule.Id), out int place))
        {
            Volatile.Write(ref _counts[place], _counts[place] + 1);
        }
    }

    private void Add(GateNoteKind kind, IReadOnlyList<PolicyRule> rules)
    {
        foreach (PolicyRule rule in rules)
        {
            if (_places.TryAdd(((int)kind, rule.Id.Id), _rules.Count))
            {
                _rules.Add((kind, rule));
            }
        }
    }
}
