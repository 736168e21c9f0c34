namespace Floodwall.Ledger;

/// <summary>What opening a ledger for writing would find and do.</summary>
public sealed record RecoveryPlan
{
    /// <summary>Why it would be refused; null where it would not.</summary>
    public string? Refusal { get; init; }

    /// <summary>The first entry that is, or may be, wrong or missing below the signed size; null where none is known.</summary>
    public ulong? FirstBadEntry { get; init; }

    /// <summary>Whether there is no ledger yet, but at most a creation that did not come to its end.</summary>
    public bool IsUnfinishedCreation { get; init; }

    /// <summary>
    /// Entries that the files hold, pruned ones included: up to where an end that would be cut begins to be damaged; where
    /// opening would be refused for damage, up to the last that shows, also behind the damage.
    /// </summary>
    public ulong AppendedSize { get; init; }

    /// <summary>
    /// Entries that were synced, says whatever was written behind the sync: the larger of <see cref="SignedSize"/> and the durable
    /// mark. What was said, not what is there: where the log holds fewer, or others, <see cref="LostDurable"/> or
    /// <see cref="Refusal"/> tells.
    /// </summary>
    public ulong DurableSize { get; init; }

    /// <summary>Entries that were signed: the larger of <see cref="CheckpointSize"/> and <see cref="HighWaterSize"/>; 0 where there is neither.</summary>
    public ulong SignedSize { get; init; }

    /// <summary>Size that the published checkpoint states; null where there is none that can be read.</summary>
    public ulong? CheckpointSize { get; init; }

    /// <summary>Size that the high-water mark states; null where there is none that can be read.</summary>
    public ulong? HighWaterSize { get; init; }

    /// <summary>Entries that were pruned.</summary>
    public ulong PrunedSize { get; init; }

    /// <summary>Files of segments that a pruning was to delete and did not; pruning again does. They harm nothing.</summary>
    public int LeftoverSegments { get; init; }

    /// <summary>Why an end would be cut.</summary>
    public RecoveryReason Reason { get; init; }

    /// <summary>Whether entries that were acknowledged as durable are not there; <see cref="Problem"/> says how many there should be.</summary>
    public bool LostDurable { get; init; }

    /// <summary>Whether opening is refused because the ledger is sound by itself, but older than what was signed, or another history.</summary>
    public bool IsRollback { get; init; }

    /// <summary>What is wrong with the end; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Entries that would stay; never fewer than were ever signed.</summary>
    public ulong KeptSize { get; init; }

    /// <summary>Bytes that would be cut, up to the last that is not zero.</summary>
    public long CutBytes { get; init; }

    /// <summary>The file that would keep what is cut; null where nothing would be.</summary>
    public string? SideFile { get; init; }

    /// <summary>A side file of an earlier cut that no recovery entry tells of yet; opening would append one. Null where there is none.</summary>
    public string? UnrecordedSideFile { get; init; }

    /// <summary>
    /// Links that the end of a process left without their digest, which would be filled in (docs/ledger-format.md, Open links). No entry is
    /// lost by them.
    /// </summary>
    public int OpenLinks { get; init; }

    /// <summary>Whether checkpoint and high-water mark do not agree and would be written anew.</summary>
    public bool Republishes { get; init; }

    /// <summary>The ledger's origin; null where it could not be read.</summary>
    public string? Origin { get; init; }

    /// <summary>The vkey that it must be opened with; null where it could not be read.</summary>
    public string? KeyInForce { get; init; }

    /// <summary>Whether opening would do nothing but open.</summary>
    public bool IsClean =>
        Refusal is null && Reason == RecoveryReason.None && UnrecordedSideFile is null && OpenLinks == 0 && !Republishes
        && !LostDurable;
}
