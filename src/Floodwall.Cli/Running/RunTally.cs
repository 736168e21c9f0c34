using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>What became of one agent's intents, or of all.</summary>
internal sealed class OutcomeCounts
{
    private readonly long[] _verdicts = new long[(int)VerdictKind.Reject + 1];
    private readonly long[] _refusals = new long[(int)RefusalKind.Closed + 1];

    public long Decided => _verdicts.Sum();

    public long Refused => _refusals.Sum();

    public long Total => Decided + Refused;

    public long this[VerdictKind kind] => _verdicts[(int)kind];

    public long this[RefusalKind kind] => _refusals[(int)kind];

    public void Add(in Decision decision)
    {
        if (decision.Outcome == Outcome.Refused)
        {
            _refusals[(int)decision.Refusal.Kind]++;
        }
        else
        {
            _verdicts[(int)decision.Verdict.Kind]++;
        }
    }
}

/// <summary>A rule that decided.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Kind">What it said.</param>
/// <param name="Detail">The verdict's detail, which tells a bundle's rule that spoke for want of data.</param>
internal readonly record struct JudgedRule(RuleId Rule, VerdictKind Kind, byte Detail);

/// <summary>
/// Counts outcomes by verdict, refusal, agent and rule. Filled on the ledger's thread; read once the wall is closed.
/// </summary>
internal sealed class RunTally : IDecisionHandler
{
    private const int SamplesPerReason = 3;
    private const int MaxSamples = 12;

    private readonly Dictionary<Symbol, OutcomeCounts> _agents = [];
    private readonly List<(Intent Intent, Decision Decision)> _samples = [];
    private readonly Dictionary<JudgedRule, long> _rules = [];

    public OutcomeCounts All { get; } = new();

    public IReadOnlyDictionary<Symbol, OutcomeCounts> Agents => _agents;

    public IReadOnlyDictionary<JudgedRule, long> Rules => _rules;

    /// <summary>Some intents that were not admitted: the first few for each reason.</summary>
    public IReadOnlyList<(Intent Intent, Decision Decision)> NotAdmitted => _samples;

    public void OnDecision(in Intent intent, in Decision decision)
    {
        All.Add(in decision);
        if (!_agents.TryGetValue(intent.Agent, out OutcomeCounts? agent))
        {
            _agents.Add(intent.Agent, agent = new OutcomeCounts());
        }

        agent.Add(in decision);
        if (!decision.IsAdmitted && _samples.Count < MaxSamples && SamplesLike(decision) < SamplesPerReason)
        {
            _samples.Add((intent, decision));
        }

        if (decision.Outcome == Outcome.Decided && decision.Verdict.Rule != RuleId.None)
        {
            JudgedRule key = new(decision.Verdict.Rule, decision.Verdict.Kind, decision.Verdict.Detail);
            _rules[key] = _rules.GetValueOrDefault(key) + 1;
        }
    }

    private int SamplesLike(Decision decision) => _samples.Count(sample =>
        sample.Decision.Refusal.Kind == decision.Refusal.Kind && sample.Decision.Verdict.Rule == decision.Verdict.Rule);
}
