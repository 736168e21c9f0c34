namespace Floodwall.Ledger;

/// <summary>
/// Finds how far a damaged log reaches, by form alone: entries state their own indexes, so the last that shows tells. Where one cannot
/// be read, the search goes on at the next link that may stand there. For reports; nothing may be decided by it.
/// </summary>
internal static class EntryCount
{
    // Behind more damage than this in its last segment, a log is taken to reach no further.
    private const int MaxGaps = 256;

    private const int ShortestEntry = LedgerLimits.LengthPrefixBytes + LedgerLimits.EntryHeaderBytes;

    /// <summary>Index behind the last entry that shows; 0 where none does.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static ulong Of(ILedgerFiles files, LedgerPaths paths)
    {
        SegmentCatalog catalog = SegmentCatalog.ReadLastRun(files, paths);
        using SegmentWindow window = new();
        ScanStart? start = FindLastSegment(files, paths, catalog, window);
        ulong count = 0;
        for (int gaps = 0; start is { } from && gaps <= MaxGaps; gaps++)
        {
            using BundleScanner scanner = new(files, paths, catalog, from);
            while (scanner.Next())
            {
            }

            count = Math.Max(count, scanner.NextIndex);
            start = scanner.Problem is null || scanner.Segment < 0 ? null : FindNextBundle(files, paths, catalog, scanner, window);
        }

        return count;
    }

    /// <summary>The last segment with a header that can be read; null where there is none.</summary>
    private static ScanStart? FindLastSegment(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, SegmentWindow window)
    {
        for (int segment = catalog.End - 1; segment >= catalog.First; segment--)
        {
            if (Open(files, paths, catalog, segment, window)
                && SegmentHeader.Decode(window.Peek(0, LedgerLimits.SegmentHeaderBytes), out SegmentHeader header) is null
                && header.Number == segment
                && header.FirstIndex <= LedgerLimits.MaxIndex)
            {
                return new ScanStart(segment, 0, header.FirstIndex, Genesis: null, Keys: null);
            }
        }

        return null;
    }

    /// <summary>Where a bundle seems to begin behind the place at which a scan stopped; null where none does.</summary>
    private static ScanStart? FindNextBundle(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, BundleScanner stopped, SegmentWindow window)
    {
        long from = stopped.EndOffset + 1;
        long skipped = -from;
        for (int segment = stopped.Segment; segment < catalog.End; segment++)
        {
            if (!Open(files, paths, catalog, segment, window))
            {
                continue;
            }

            while (from < window.Length)
            {
                (long offset, ulong index) = BundleFinder.Find(window, from);

                // A payload may look like a link: what it says must be possible at that distance.
                if (offset >= 0 && index >= stopped.NextIndex && index - stopped.NextIndex <= (ulong)(skipped + offset) / ShortestEntry)
                {
                    return new ScanStart(segment, offset, index, Genesis: null, Keys: null);
                }

                from = offset >= 0 ? offset + 1 : from + LedgerLimits.MaxBundleBytes;
            }

            skipped += window.Length;
            from = LedgerLimits.SegmentHeaderBytes;
        }

        return null;
    }

    /// <summary>Opens a segment, unless it is longer than any may be: it could be longer than anybody's patience.</summary>
    private static bool Open(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, int segment, SegmentWindow window)
    {
        IFileReader? reader = catalog.LengthOf(segment) <= LedgerLimits.MaxSegmentBytes ? files.OpenRead(paths.Segment((uint)segment)) : null;
        if (reader is not null)
        {
            window.Open(reader);
        }

        return reader is not null;
    }
}
