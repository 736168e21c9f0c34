using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Load.Flood.Rules;
using Floodwall.Pipeline;

namespace Floodwall.Load.Flood;

/// <summary>
/// What the measured flood is like, and the wall it runs against: most of it is admitted, some of it is refused, deferred and
/// rejected, so that every path is taken.
/// </summary>
/// <remarks>
/// A tick passes every <see cref="IntentsPerTick"/> intents and refills 1.5 times what an agent submits on average, so nobody
/// is refused but the one agent that submits 2 % of everything, where there are enough others.
/// </remarks>
/// <param name="Agents">Who submits.</param>
/// <param name="Resources">What is changed; one in 32 is not on the allowlist.</param>
/// <param name="Rules">Rules of <see cref="RuleGate"/> behind the seed policies; 0 for none.</param>
internal sealed record FloodShape(int Agents, int Resources = FloodShape.UsualResources, int Rules = 0)
{
    public const int UsualResources = 256;
    public const int Topics = 16;
    public const int Environments = 4;

    /// <summary>The resources that rules are about, so that they are the same whatever the number of resources.</summary>
    public const int RuledResources = 240;

    /// <summary>Of 1000 intents, those of the one agent that overdoes it.</summary>
    public const int HotPerMille = 20;

    /// <summary>Of 1000 intents, those with an idempotency key and a manifest digest: 102-byte entries in place of 54.</summary>
    public const int LongPerMille = 20;

    /// <summary>A bucket's tokens where nobody is to be refused.</summary>
    public const int PlentyOfTokens = 2_000_000_000;

    /// <summary>The key of every measured ledger. Fixed, so that the same flood gives the same root.</summary>
    public static Ed25519Signer Signer { get; } = Ed25519Signer.FromSeed("load.floodwall", new byte[32]);

    /// <summary>Makes the rules. Static, as one process measures one kind.</summary>
    public static IRuleGate RuleGate { get; } = new BundleRuleGate();

    /// <summary>
    /// Whether each intent's agent and resource are drawn when it is submitted, and not once for the window: for numbers of them that
    /// a window of 65,536 does not hold. Costs the flood some nanoseconds an intent.
    /// </summary>
    public bool DrawsNames { get; init; }

    /// <summary>
    /// Whether agents can run out of tokens. Where not, every agent's bucket holds more than any flood takes, so that whoever keeps other
    /// buckets, refilled by another clock, has to give the same answers.
    /// </summary>
    public bool Refuses { get; init; } = true;

    /// <summary>The number in its first agent's name, where several walls have the agents between them.</summary>
    public int FirstAgent { get; init; }

    /// <summary>Resources beyond the allowlist, at the end.</summary>
    public int Unlisted => Resources / 32;

    public int IntentsPerTick => Math.Clamp(Agents, 10, 10_000);

    private int SymbolCapacity => Agents + Resources + RuledResources + Topics + Environments + 1024;

    private double Refill => Math.Max(0.001, 1.5 * IntentsPerTick / Agents);

    /// <summary>The wall's options.</summary>
    /// <param name="ledger">The ledger's options, or null for none.</param>
    /// <param name="handler">Told of every decision.</param>
    /// <param name="signer">Signs with the key of <see cref="Signer"/>; null for that one itself.</param>
    public WallOptions Wall(LedgerOptions? ledger, IDecisionHandler? handler, ISigner? signer = null) => new()
    {
        Admission = new AdmissionSettings(burst: Refuses ? 64 : PlentyOfTokens, refillPerTick: Refill, maxAgents: Agents),
        Policies = Policies,
        Ledger = ledger,
        Signer = ledger is null ? null : signer ?? Signer,
        SymbolCapacity = SymbolCapacity,
        Handler = handler,
    };

    public Vocabulary NewVocabulary() => new(SymbolCapacity);

    /// <summary>The three seed policies, and the rules behind them where there are any.</summary>
    public IReadOnlyList<IPolicy> Policies(Vocabulary vocabulary) =>
    [
        new NoGlobalDestroy(vocabulary),
        new BlastNeedsPriority(vocabulary),
        new ResourceAllowlist(vocabulary, Enumerable.Range(0, Resources - Unlisted).Select(ResourceName)),
        .. Rules == 0 ? [] : RuleGate.Policies(vocabulary, Rules),
    ];

    /// <summary>What the gate holds, for the reader of a report.</summary>
    public string PoliciesText => "NoGlobalDestroy, BlastNeedsPriority, ResourceAllowlist" + (Rules == 0 ? "" : $", and {Rules:N0} rules ({RuleGate.What})");

    /// <summary>The flood's names as symbols; the same numbers in every vocabulary whose policies were made before.</summary>
    public FloodNames Intern(Vocabulary vocabulary)
    {
        Symbol[] Names(int count, Func<int, string> name) => [.. Enumerable.Range(0, count).Select(i => vocabulary.Symbols.Intern(name(i)))];
        return new FloodNames(
            Names(Resources, ResourceName), Names(Topics, TopicName), Names(Environments, i => $"env-{i}"), Names(Agents, i => $"agent-{FirstAgent + i}"));
    }

    public static string ResourceName(int i) => $"resource-{i}";

    public static string TopicName(int i) => $"infra.topic-{i}.update";
}

/// <summary>A flood's symbols.</summary>
internal sealed record FloodNames(Symbol[] Resources, Symbol[] Topics, Symbol[] Environments, Symbol[] Agents);
