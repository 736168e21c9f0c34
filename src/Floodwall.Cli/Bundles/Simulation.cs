using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>What a verdict comes from: its kind, the rule's name, empty where none objects, and whether the rule's condition was unknown.</summary>
internal readonly record struct Judgement(VerdictKind Kind, string Rule, bool IsUnknown);

/// <summary>Intents that were judged alike: how many, and the first few.</summary>
internal sealed class SimulatedGroup
{
    /// <summary>How many examples are kept.</summary>
    public const int Kept = 3;

    private readonly List<(TriedIntent Tried, Verdict Before, Verdict Verdict)> _examples = [];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>The first few.</summary>
    public IReadOnlyList<(TriedIntent Tried, Verdict Before, Verdict Verdict)> Examples => _examples;

    public void Add(in TriedIntent tried, in Verdict before, in Verdict verdict)
    {
        Count++;
        if (_examples.Count < Kept)
        {
            _examples.Add((tried, before, verdict));
        }
    }
}

/// <summary>Judges intents by one bundle, or by two to see what changes between them.</summary>
/// <param name="names">The names that both share.</param>
/// <param name="trial">The bundle.</param>
/// <param name="against">The bundle that is compared with; null for none.</param>
internal sealed class Simulation(INames names, PolicyTrial trial, PolicyTrial? against)
{
    private readonly long[] _verdicts = new long[(int)VerdictKind.Reject + 1];
    private readonly Dictionary<Judgement, SimulatedGroup> _groups = [];
    private readonly Dictionary<(Judgement From, Judgement To), SimulatedGroup> _changes = [];

    /// <summary>How many intents were judged.</summary>
    public long Count => _verdicts.Sum();

    /// <summary>By what the bundle says, most frequent first.</summary>
    public IEnumerable<KeyValuePair<Judgement, SimulatedGroup>> Groups => _groups.OrderByDescending(group => group.Value.Count).ThenBy(group => group.Key.Rule, StringComparer.Ordinal);

    /// <summary>Intents on which the bundles differ in verdict, wait, tick or identity, by what either says, most frequent first.</summary>
    public IEnumerable<KeyValuePair<(Judgement From, Judgement To), SimulatedGroup>> Changes =>
        _changes.OrderByDescending(change => change.Value.Count).ThenBy(change => change.Key.To.Rule, StringComparer.Ordinal).ThenBy(change => change.Key.From.Rule, StringComparer.Ordinal);

    /// <summary>Intents on which they differ.</summary>
    public long Changed => _changes.Values.Sum(change => change.Count);

    /// <summary>Intents with the same verdict from both, but with another rule's reason.</summary>
    public long OtherReason { get; private set; }

    /// <summary>How often the bundle said so.</summary>
    public long this[VerdictKind kind] => _verdicts[(int)kind];

    /// <summary>Judges an intent.</summary>
    public void Judge(TriedIntent tried)
    {
        Intent intent = tried.Intent;
        Verdict verdict = trial.Judge(in intent, tried.Tick);
        Judgement judgement = Of(verdict);
        _verdicts[(int)verdict.Kind]++;
        Group(_groups, judgement).Add(in tried, default, in verdict);
        if (against is null)
        {
            return;
        }

        Verdict before = against.Judge(in intent, tried.Tick);
        Judgement from = Of(before);
        if (before.Kind != verdict.Kind || before.Argument != verdict.Argument)
        {
            Group(_changes, (from, judgement)).Add(in tried, in before, in verdict);
        }
        else if (from != judgement)
        {
            OtherReason++;
        }
    }

    private Judgement Of(in Verdict verdict) => new(verdict.Kind, VerdictText.RuleOf(in verdict, names) ?? "", BundlePolicy.IsBecauseUnknown(in verdict, names));

    private static SimulatedGroup Group<T>(Dictionary<T, SimulatedGroup> groups, T key)
        where T : notnull
    {
        if (!groups.TryGetValue(key, out SimulatedGroup? group))
        {
            groups.Add(key, group = new SimulatedGroup());
        }

        return group;
    }
}
