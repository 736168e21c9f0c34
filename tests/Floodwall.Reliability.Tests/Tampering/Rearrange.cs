using System.Buffers.Binary;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Tampering;

/// <summary>Ways to give a signed log another order or content with whole parts of it, or of another log of the same key.</summary>
internal static class Rearrange
{
    private static readonly string[] Ways = ["swapped", "duplicated", "removed", "spliced", "replaced"];

    /// <summary>Moves entries, or whole bundles, about in the only segment; every second time their indexes are put right again.</summary>
    public static string Entries(TamperedFiles files, SealedLedger ledger, SealedLedger other, Random random)
    {
        string path = ledger.Segments[0];
        int span = random.Next(3) == 0 ? LedgerLimits.EntriesPerBundle : 1;
        List<byte[]> parts = Split(ledger.Files[path], span);
        List<byte[]> others = Split(other.Files[other.Segments[0]], span);
        string way = Move(parts, others, random);
        byte[] changed = Join(ledger.Files[path][..LedgerLimits.SegmentHeaderBytes], parts);
        if (random.Next(2) == 0)
        {
            Renumber(changed);
        }

        files[path] = changed;
        return $"{(span == 1 ? "entries" : "bundles")} {way}";
    }

    /// <summary>Moves whole segment files about; every second time their headers are put right again.</summary>
    public static string Segments(TamperedFiles files, SealedLedger ledger, SealedLedger other, Random random)
    {
        List<byte[]> parts = [.. ledger.Segments.Select(path => ledger.Files[path])];
        List<byte[]> others = [.. other.Segments.Select(path => other.Files[path])];
        string way = Move(parts, others, random);
        foreach (string path in ledger.Segments)
        {
            files.Remove(path);
        }

        LedgerPaths paths = new(LedgerLife.Folder);
        bool renumber = random.Next(2) == 0;
        for (int number = 0; number < parts.Count; number++)
        {
            byte[] segment = (byte[])parts[number].Clone();
            if (renumber && SegmentHeader.Decode(segment, out SegmentHeader header) is null)
            {
                (header with { Number = (uint)number }).Encode(segment);
            }

            files[paths.Segment((uint)number)] = segment;
        }

        return $"segments {way}";
    }

    /// <summary>Whether every signed byte is where it was: a part was exchanged for one like it, or laid behind the signed size.</summary>
    public static bool IsUnchanged(TamperedFiles files, SealedLedger ledger) => ledger.Segments.All(
        path => files.ReadSmallFile(path, int.MaxValue) is byte[] content && content.AsSpan().StartsWith(ledger.Files[path]));

    private static string Move(List<byte[]> parts, List<byte[]> others, Random random)
    {
        string way = Ways[random.Next(Ways.Length)];
        int at = random.Next(parts.Count);
        int to = random.Next(parts.Count);
        switch (way)
        {
            case "swapped":
                (parts[at], parts[to]) = (parts[to], parts[at]);
                break;
            case "duplicated":
                parts.Insert(to, parts[at]);
                break;
            case "removed":
                parts.RemoveRange(at, random.Next(1, Math.Min(3, parts.Count - at) + 1));
                break;
            case "spliced":
                // The beginning of this log and the end of the other.
                parts.RemoveRange(at, parts.Count - at);
                parts.AddRange(others.Skip(at));
                break;
            default:
                parts[at] = others[Math.Min(at, others.Count - 1)];
                break;
        }

        return way;
    }

    private static List<byte[]> Split(byte[] segment, int entries)
    {
        List<int> starts = SealedLedger.Entries(segment);
        List<byte[]> parts = [];
        for (int i = 0; i + 1 < starts.Count; i += entries)
        {
            parts.Add(segment[starts[i]..starts[Math.Min(i + entries, starts.Count - 1)]]);
        }

        return parts;
    }

    private static byte[] Join(byte[] header, List<byte[]> parts) => [.. header, .. parts.SelectMany(part => part)];

    private static void Renumber(byte[] segment)
    {
        List<int> starts = SealedLedger.Entries(segment);
        for (int index = 0; index + 1 < starts.Count; index++)
        {
            int at = starts[index] + LedgerLimits.LengthPrefixBytes + 1;
            BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(at), (uint)index);
            BinaryPrimitives.WriteUInt16LittleEndian(segment.AsSpan(at + 4), 0);
        }
    }
}
