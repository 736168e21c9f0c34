using System.Buffers.Binary;

namespace Floodwall.Ledger;

/// <summary>
/// Finds where a bundle begins in the middle of a segment by the looks of its link. That is a guess, as a payload may hold the same
/// bytes; whoever uses it must see the bundle before end there, with the index before.
/// </summary>
internal static class BundleFinder
{
    private const int LinkLength = LedgerLimits.EntryHeaderBytes + LinkEntry.PayloadBytes;
    private const int Needed = EntryFrame.HeaderBytes + sizeof(ulong);
    private const int Chunk = 64 << 10;

    private static ReadOnlySpan<byte> Head => [0, LinkLength, EntryKinds.Link, 0];

    /// <summary>The first offset from <paramref name="from"/> on where a link seems to stand; −1 where none begins within a bundle's length.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public static (long Offset, ulong Index) Find(SegmentWindow window, long from)
    {
        for (long at = from; at < from + LedgerLimits.MaxBundleBytes; at += Chunk)
        {
            ReadOnlySpan<byte> bytes = window.Peek(at, Chunk + Needed);
            int within = 0;
            while (bytes.Length - within >= Needed && within < Chunk)
            {
                int found = bytes[within..].IndexOf(Head);
                if (found < 0 || (within += found) >= Chunk || bytes.Length - within < Needed)
                {
                    break;
                }

                ulong index = EntryFrame.ReadIndex(bytes[(within + LedgerLimits.LengthPrefixBytes)..]);
                ulong bundle = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(within + EntryFrame.HeaderBytes)..]);
                if (bundle > 0 && index == bundle * LedgerLimits.EntriesPerBundle)
                {
                    return (at + within, index);
                }

                within++;
            }

            if (bytes.Length < Chunk + Needed)
            {
                break;
            }
        }

        return (-1, 0);
    }
}
