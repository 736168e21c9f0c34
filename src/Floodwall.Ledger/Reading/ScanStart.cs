namespace Floodwall.Ledger;

/// <summary>Where a scan begins, and what is known of the log before it.</summary>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Offset">Offset of a bundle within a segment whose start was checked before; 0 to begin with the segment's header.</param>
/// <param name="Index">Index of the entry that is due there, a multiple of 256.</param>
/// <param name="Genesis">The genesis entry, where it stands before.</param>
/// <param name="Keys">The keys up to there; null where key entries are not to be checked against each other.</param>
internal readonly record struct ScanStart(int Segment, long Offset, ulong Index, GenesisEntry? Genesis, KeyChain? Keys)
{
    /// <summary>The start of a log, or of what pruning left of it.</summary>
    public static ScanStart Of(SegmentCatalog catalog) => catalog.Pruned is { } pruned
        ? new ScanStart(catalog.First, 0, pruned.Size, pruned.Genesis, pruned.Keys.Clone())
        : default;
}

/// <summary>Where a scan ends although the log goes on: always between two bundles.</summary>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Offset">Offset of the bundle that is not scanned any more; 0 to end before the segment is opened.</param>
internal readonly record struct ScanStop(int Segment, long Offset);
