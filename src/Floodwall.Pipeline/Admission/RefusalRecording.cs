namespace Floodwall.Pipeline;

/// <summary>How the ledger holds refusals at admission.</summary>
public enum RefusalRecording
{
    /// <summary>One entry per agent and tick with counts by reason. A flood of refusals cannot flood the ledger.</summary>
    CountPerTick = 0,

    /// <summary>One entry each.</summary>
    Each = 1,

    /// <summary>Not at all; they are still reported to the decision handler.</summary>
    None = 2,
}
