namespace Floodwall.Pipeline;

/// <summary>How the ledger holds refusals at admission.</summary>
public enum RefusalRecording
{
    /// <summary>
    /// One entry per agent and tick with counts by reason, so that a flood of refusals does not flood the ledger. Counts are
    /// written when the clock moves on, when the queue is drained, and at the latest after a million refusals.
    /// </summary>
    CountPerTick = 0,

    /// <summary>One entry each.</summary>
    Each = 1,

    /// <summary>Not at all; they are still reported to the decision handler.</summary>
    None = 2,
}
