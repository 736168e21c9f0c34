using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Finds the latest whole snapshot of a ledger: segment by segment from the back, so that it costs what was written since, not the
/// whole ledger. Nothing beside the ledger says where it is, so nothing can disagree with it.
/// </summary>
internal static class SnapshotSearch
{
    /// <summary>Where the latest snapshot begins, and where its last entry is.</summary>
    public readonly record struct Place(ulong First, ulong Last);

    /// <summary>The latest snapshot among the first <paramref name="size"/> entries; null where there is none.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static Place? FindLatest(LedgerReader reader, ulong size)
    {
        for (ulong end = size; end > reader.PrunedSize;)
        {
            ulong start = reader.SegmentStart(end - 1);
            if (FindLast(reader, start, end, size) is { } place)
            {
                return place;
            }

            end = start;
        }

        return null;
    }

    // The last snapshot that begins in [start, end); it may end behind.
    private static Place? FindLast(LedgerReader reader, ulong start, ulong end, ulong size)
    {
        Place? found = null;
        ulong? begun = null;
        using EntryCursor cursor = reader.ReadFrom(start);
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            if (entry.Index >= size || (entry.Index >= end && begun is null))
            {
                break;
            }

            if (entry.Kind < LedgerLimits.FirstCallerKind)
            {
                continue;
            }

            if (entry.Kind != WallEntryKinds.Snapshot || entry.Payload.Length < PartWriter.HeaderBytes)
            {
                begun = null;
                continue;
            }

            byte flags = entry.Payload[0];
            begun = (flags & PartWriter.First) != 0 ? entry.Index < end ? entry.Index : null : begun;
            if ((flags & PartWriter.Last) != 0 && begun is { } first)
            {
                found = new Place(first, entry.Index);
                begun = null;
            }
        }

        return found;
    }
}
