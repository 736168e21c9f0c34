namespace Floodwall.Ledger;

/// <summary>Everything that a writer is put together from.</summary>
internal sealed record LedgerParts
{
    /// <summary>Whether bundles are hashed on a thread of their own.</summary>
    public required bool HashesInBackground { get; init; }

    /// <summary>Called first in the ledger's threads; or null.</summary>
    public required Action? ThreadStarted { get; init; }

    public required ILedgerStorage Storage { get; init; }

    public required LedgerPaths Paths { get; init; }

    /// <summary>Makes the segments behind this one.</summary>
    public required SegmentSupply Supply { get; init; }

    public required IDisposable Lock { get; init; }

    public required LedgerState State { get; init; }

    public required UnsyncedSegments Segments { get; init; }

    public required CheckpointPublisher Publisher { get; init; }

    public required OpenReport Report { get; init; }

    /// <summary>The keys that were in force so far.</summary>
    public required KeyChain Keys { get; init; }

    /// <summary>The tree over the full bundles.</summary>
    public required TreeTip Tip { get; init; }

    /// <summary>The segment that is written next.</summary>
    public required IMappedSegment Segment { get; init; }

    public required uint SegmentNumber { get; init; }

    /// <summary>Where the next entry goes.</summary>
    public required int Offset { get; init; }

    /// <summary>Where the bundle of the next entry began.</summary>
    public required int BundleOffset { get; init; }

    /// <summary>Entries in the log.</summary>
    public required ulong Size { get; init; }
}
