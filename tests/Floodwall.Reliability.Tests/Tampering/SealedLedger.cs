using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Tampering;

/// <summary>A closed, wholly signed ledger in memory, its files taken apart, for somebody to tamper with.</summary>
internal sealed class SealedLedger
{
    private readonly Dictionary<string, byte[]> _files = [];

    private SealedLedger(FaultLedgerStorage storage, TreeHead signed)
    {
        Signed = signed;
        LedgerPaths paths = new(LedgerLife.Folder);
        foreach (StoredFile file in storage.List(paths.Segments))
        {
            string path = Path.Combine(paths.Segments, file.Name);
            _files.Add(path, storage.ReadSmallFile(path, int.MaxValue)!);
        }

        _files.Add(paths.Checkpoint, storage.ReadSmallFile(paths.Checkpoint, int.MaxValue)!);
        Segments = [.. _files.Keys.Where(path => path != paths.Checkpoint).Order(StringComparer.Ordinal)];
        Checkpoint = paths.Checkpoint;
    }

    /// <summary>The tree head that its checkpoint states.</summary>
    public TreeHead Signed { get; }

    /// <summary>The segment files' paths, in order.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>The checkpoint's path.</summary>
    public string Checkpoint { get; }

    /// <summary>Every file with its content; not to be written to.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>A ledger of that many entries with payloads of up to a length.</summary>
    public static SealedLedger Make(int seed, int entries, int longestPayload)
    {
        using LedgerLife life = new(seed);
        life.Open();
        life.Append(entries, longestPayload);
        life.Close();
        return new SealedLedger(life.Storage, life.Signer.Largest);
    }

    /// <summary>The whole of one segment in bundles: where each begins in the file, and where the last one ends.</summary>
    public static List<int> Entries(byte[] segment)
    {
        List<int> starts = [];
        int at = LedgerLimits.SegmentHeaderBytes;
        while (at < segment.Length && LengthAt(segment, at) > 0)
        {
            starts.Add(at);
            at += LedgerLimits.LengthPrefixBytes + LengthAt(segment, at);
        }

        starts.Add(at);
        return starts;
    }

    private static int LengthAt(byte[] segment, int at) => (segment[at] << 8) | segment[at + 1];
}
