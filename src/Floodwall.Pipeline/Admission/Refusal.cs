namespace Floodwall.Pipeline;

/// <summary>Why admission turned an intent away. Nothing was charged to its agent.</summary>
public enum RefusalKind : byte
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>The same agent and id are still in the wall.</summary>
    Duplicate = 1,

    /// <summary>The queue is full.</summary>
    Backpressure = 2,

    /// <summary>The agent's token bucket is empty.</summary>
    RateLimited = 3,

    /// <summary>The agent is new and the agent table is full; nobody is evicted for it.</summary>
    AgentTableFull = 4,

    /// <summary>
    /// The ledger cannot record the decision, for now (the disk is full) or for good; the wall fails closed. The last word also for an
    /// intent that waited, unless the ledger is opened again with <see cref="WallOptions.RequeueWaiting"/>.
    /// </summary>
    LedgerUnavailable = 5,

    /// <summary>The wall is closing or closed.</summary>
    Closed = 6,
}

/// <summary>A refusal at admission.</summary>
/// <param name="RetryAfterTicks">Ticks after which asking again can succeed; 0 where that cannot be computed.</param>
/// <param name="Kind">Why.</param>
public readonly record struct Refusal(ulong RetryAfterTicks, RefusalKind Kind)
{
    /// <summary>Not refused.</summary>
    public static Refusal None => default;

    /// <summary>Whether the intent was turned away.</summary>
    public bool IsRefused => Kind != RefusalKind.None;
}
