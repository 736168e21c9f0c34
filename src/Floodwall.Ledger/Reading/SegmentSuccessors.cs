namespace Floodwall.Ledger;

/// <summary>Looks at the segment behind the end of a log, which may be nothing, a spare, or what a crash left.</summary>
internal sealed class SegmentSuccessors(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog)
{
    /// <summary>Whether a segment was prepared ahead and not used yet.</summary>
    public bool IsBlankSpare(int segment, long allowedLength)
    {
        using SegmentWindow window = new();
        IFileReader? reader = files.OpenRead(paths.Segment((uint)segment));
        if (reader is null)
        {
            return true;
        }

        window.Open(reader);
        return window.Length <= allowedLength && window.FindNonZero(0) < 0;
    }

    /// <summary>Whether a segment behind the end of the log could be what a crash or a live writer left: the one that came next, as yet unsynced.</summary>
    public bool MayFollowCrash(int segment, long allowedLength)
    {
        using IFileReader? reader = files.OpenRead(paths.Segment((uint)segment));
        byte[] bytes = new byte[LedgerLimits.SegmentHeaderBytes];
        bool wrongNumber = reader is not null
            && reader.Read(0, bytes) == bytes.Length
            && SegmentHeader.Decode(bytes, out SegmentHeader header) is null
            && header.Number != segment;
        return !wrongNumber && catalog.LengthOf(segment) <= allowedLength;
    }
}
