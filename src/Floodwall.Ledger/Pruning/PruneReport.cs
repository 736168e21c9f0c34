namespace Floodwall.Ledger;

/// <summary>What pruning did, or would do.</summary>
public sealed record PruneReport
{
    /// <summary>Entries that are pruned afterwards, earlier prunings included; a multiple of 256.</summary>
    public required ulong PrunedSize { get; init; }

    /// <summary>Entries that were pruned before.</summary>
    public required ulong PrunedBefore { get; init; }

    /// <summary>Segment files that go.</summary>
    public required int Segments { get; init; }

    /// <summary>Bytes of those files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Entries of the pruned ones that are kept, because they define what later ones mean.</summary>
    public required int KeptEntries { get; init; }

    /// <summary>Bytes of the file that stands for the pruned entries; 0 where nothing is pruned.</summary>
    public required int FileBytes { get; init; }

    /// <summary>Segment files, beside <see cref="Segments"/>, that an earlier pruning left behind; they go too.</summary>
    public required int Leftovers { get; init; }

    /// <summary>
    /// Of <see cref="Segments"/>, those whose files went to <see cref="LedgerOptions.RecycleDirectory"/> instead of being deleted; 0 where it
    /// was not done.
    /// </summary>
    public required int Recycled { get; init; }

    /// <summary>Whether it was done.</summary>
    public required bool Applied { get; init; }
}
