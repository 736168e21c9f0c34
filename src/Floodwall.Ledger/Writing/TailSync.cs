namespace Floodwall.Ledger;

/// <summary>
/// Brings entries that were appended but never signed to disk as a ledger is reopened. Their pages are stored to again first: where an
/// earlier sync failed, the kernel may hold them as clean although they never reached the disk, and another sync alone would not
/// write them.
/// </summary>
internal sealed class TailSync(ILedgerStorage storage, LedgerPaths paths, int segmentBytes)
{
    /// <summary>Syncs every segment that may hold entries from <paramref name="floor"/> on.</summary>
    public void Run(ulong floor, LedgerWalk walk)
    {
        if (walk.Size == floor)
        {
            return;
        }

        for (int number = walk.EndSegment; number >= 0; number--)
        {
            using IMappedSegment segment = storage.OpenSegment(paths.Segment((uint)number), segmentBytes);
            int used = number == walk.EndSegment ? (int)walk.EndOffset : segment.Length;
            segment.MarkDirty(0, used);
            segment.Sync(0, used);
            SegmentHeader.Decode(SegmentMemory.Slice(segment.Address, 0, LedgerLimits.SegmentHeaderBytes), out SegmentHeader header);
            if (header.FirstIndex <= floor)
            {
                return;
            }
        }
    }
}
