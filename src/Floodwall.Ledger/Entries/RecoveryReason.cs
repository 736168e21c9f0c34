namespace Floodwall.Ledger;

/// <summary>Why a tail was cut off when a ledger was reopened.</summary>
public enum RecoveryReason : byte
{
    /// <summary>No recovery took place.</summary>
    None = 0,

    /// <summary>Behind the last whole entry stood bytes that are none: an append that the process did not live to finish, or damage.</summary>
    DamagedTail = 1,

    /// <summary>
    /// The machine restarted without the ledger having been closed, so pages that were never synced may be missing; entries that
    /// neither a checkpoint nor a later link vouches for were cut.
    /// </summary>
    UnsyncedTail = 2,
}
