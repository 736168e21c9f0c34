namespace Floodwall.Pipeline;

/// <summary>How far along an intent is.</summary>
public enum Outcome : byte
{
    /// <summary>Admitted; waits in the queue.</summary>
    Queued = 0,

    /// <summary>Judged by the gate: <see cref="Decision.Verdict"/> says how.</summary>
    Decided = 1,

    /// <summary>Turned away at admission: <see cref="Decision.Refusal"/> says why. Ask again under the same idempotency key.</summary>
    Refused = 2,
}

/// <summary>What a decision has survived when it is acknowledged. Each tier includes those before it.</summary>
public enum AckTier : byte
{
    /// <summary>None: the wall keeps no ledger, or the intent was refused.</summary>
    None = 0,

    /// <summary>In the ledger's pages: survives kill -9 of the process, not a power cut.</summary>
    Appended = 1,

    /// <summary>Synced, and the sync checked: survives a power cut.</summary>
    Durable = 2,

    /// <summary>Covered by a durable signed checkpoint: anyone can verify it offline.</summary>
    Signed = 3,

    /// <summary>Covered by a checkpoint that enough witnesses cosigned: the holder of the key can no longer tell another history unseen.</summary>
    Witnessed = 4,
}

/// <summary>The wall's answer to one intent. Its properties are set when it is made, and not after.</summary>
public record struct Decision
{
    /// <summary><see cref="EntryIndex"/> of what is not in a ledger.</summary>
    public const ulong NoEntry = ulong.MaxValue;

    // Fields, for the registrar alone, which fills them in place: an initializer puts a copy together and moves it, and a wide load waits
    // until the narrow stores before it are through (docs/decisions/0008).
    internal ulong IntentIdField;
    internal Symbol AgentField;
    internal Outcome OutcomeField;
    internal AckTier TierField;
    internal Verdict VerdictField;
    internal ulong TickField;
    internal ulong EntryIndexField;

    /// <summary>The intent's id.</summary>
    public ulong IntentId
    {
        readonly get => IntentIdField;
        init => IntentIdField = value;
    }

    /// <summary>Who asked.</summary>
    public Symbol Agent
    {
        readonly get => AgentField;
        init => AgentField = value;
    }

    /// <summary>How far it got.</summary>
    public Outcome Outcome
    {
        readonly get => OutcomeField;
        init => OutcomeField = value;
    }

    /// <summary>The tier at which this answer was given.</summary>
    public AckTier Tier
    {
        readonly get => TierField;
        init => TierField = value;
    }

    /// <summary>The gate's verdict, when <see cref="Outcome.Decided"/>.</summary>
    public Verdict Verdict
    {
        readonly get => VerdictField;
        init => VerdictField = value;
    }

    /// <summary>The refusal, when <see cref="Outcome.Refused"/>.</summary>
    public Refusal Refusal { readonly get; init; }

    /// <summary>The wall's clock when it was decided or refused.</summary>
    public ulong Tick
    {
        readonly get => TickField;
        init => TickField = value;
    }

    /// <summary>The index of the decision's ledger entry, or <see cref="NoEntry"/>.</summary>
    public ulong EntryIndex
    {
        readonly get => EntryIndexField;
        init => EntryIndexField = value;
    }

    /// <summary>Whether the change may go ahead now.</summary>
    public readonly bool IsAdmitted => Outcome == Outcome.Decided && Verdict.Kind == VerdictKind.Admit;
}

/// <summary>Told of every intent's outcome, once, in the ledger's order.</summary>
public interface IDecisionHandler
{
    /// <summary>
    /// Called on the ledger's thread, which with <see cref="Topology.Direct"/> is the submitter's own: whatever it takes, every intent
    /// behind waits for. Never by two threads at once. What it throws is counted
    /// (<see cref="WallCounters.HandlerFaults"/>) and goes no further.
    /// </summary>
    /// <remarks>
    /// It must not wait for room in a wall. In the wall that calls it, that throws <see cref="InvalidOperationException"/>. In another one it
    /// holds this one up, and where the other's handler waits for this one likewise, both stand still for ever, which nothing detects:
    /// hand over with <see cref="FloodwallPipeline.TrySubmit"/>, or from a thread of your own.
    /// </remarks>
    /// <param name="intent">The intent; the reference holds for the length of the call.</param>
    /// <param name="decision">Its outcome: decided or refused.</param>
    void OnDecision(in Intent intent, in Decision decision);
}
