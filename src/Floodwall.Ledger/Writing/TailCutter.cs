using System.Globalization;

namespace Floodwall.Ledger;

/// <summary>
/// Cuts a log to a valid prefix. What is to be cut is kept in a side file first, so that a crash in between loses nothing and the next
/// opening finds the same work to do.
/// </summary>
internal sealed class TailCutter(ILedgerStorage storage, LedgerPaths paths)
{
    private const int CopyChunk = 256 << 10;
    private const int MaxSideFiles = 10_000;

    /// <summary>The side file of a cut at this size that no recovery entry tells of yet; null where there is none.</summary>
    public (string Name, long Bytes)? FindSideFile(ulong size)
    {
        (string Name, long Bytes)? last = null;
        foreach (StoredFile file in storage.List(paths.Recovered))
        {
            if (IsSideFileOf(file.Name, size) && (last is null || Number(file.Name) > Number(last.Value.Name)))
            {
                last = (file.Name, file.Length);
            }
        }

        return last;
    }

    /// <summary>Keeps what <see cref="Cut"/> is to take away.</summary>
    /// <exception cref="IOException">A file could not be read or written; the log is as before.</exception>
    public void Keep(ulong size)
    {
        SegmentCatalog catalog = SegmentCatalog.Read(storage, paths);
        (int segment, int offset) = Locate(catalog, size);
        WriteSideFile(catalog, size, segment, offset);
    }

    /// <summary>Cuts the log to its first <paramref name="size"/> entries, at least one, once <see cref="Keep"/> has kept the rest.</summary>
    /// <exception cref="IOException">A file could not be read or written; the log is as before, or cut and zeroed in part.</exception>
    public void Cut(ulong size, int segmentBytes)
    {
        SegmentCatalog catalog = SegmentCatalog.Read(storage, paths);
        (int segment, int offset) = Locate(catalog, size);
        for (int later = catalog.End - 1; later > segment; later--)
        {
            storage.Delete(paths.Segment((uint)later));
        }

        using (IMappedSegment map = storage.OpenSegment(paths.Segment((uint)segment), segmentBytes))
        {
            SegmentMemory.Slice(map.Address, offset, map.Length - offset).Clear();
            map.Sync(offset, map.Length - offset);
        }

        storage.SyncFolder(paths.Segments);
    }

    /// <summary>What <see cref="Cut"/> would keep in a side file, and its name; changes nothing.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public (string Name, long Bytes) Measure(ulong size)
    {
        SegmentCatalog catalog = SegmentCatalog.Read(storage, paths);
        (int segment, int offset) = Locate(catalog, size);
        byte[] chunk = new byte[CopyChunk];
        long bytes = 0;
        for (int at = segment; at < catalog.End; at++)
        {
            using IFileReader? reader = storage.OpenRead(paths.Segment((uint)at));
            long from = at == segment ? offset : 0;
            bytes += reader is null ? 0 : Math.Max(0, LastNonZero(reader, from, chunk) + 1 - from);
        }

        return (NextName(size), bytes);
    }

    private (int Segment, int Offset) Locate(SegmentCatalog catalog, ulong size)
    {
        using BundleScanner scanner = new(storage, paths, catalog);
        while (scanner.Next())
        {
            if (scanner.NextIndex >= size)
            {
                int at = 0;
                ReadOnlySpan<byte> bytes = scanner.Bytes;
                for (ulong index = scanner.FirstIndex; index < size; index++)
                {
                    at += LedgerLimits.LengthPrefixBytes + System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
                }

                return (scanner.Segment, (int)scanner.Offset + at);
            }
        }

        throw new InvalidOperationException($"the log holds fewer than {size} entries");
    }

    private void WriteSideFile(SegmentCatalog catalog, ulong size, int segment, int offset)
    {
        storage.CreateFolder(paths.Recovered, ownerOnly: false);
        storage.SyncFolder(paths.Directory);
        using IFileWriter side = storage.CreateFile(Path.Combine(paths.Recovered, NextName(size)));
        byte[] chunk = new byte[CopyChunk];
        for (int at = segment; at < catalog.End; at++)
        {
            using IFileReader? reader = storage.OpenRead(paths.Segment((uint)at));
            if (reader is null)
            {
                continue;
            }

            long from = at == segment ? offset : 0;
            long end = LastNonZero(reader, from, chunk) + 1;
            while (from < end)
            {
                int read = reader.Read(from, chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - from)));
                if (read == 0)
                {
                    break;
                }

                side.Write(chunk.AsSpan(0, read));
                from += read;
            }
        }

        side.Sync();
        storage.SyncFolder(paths.Recovered);
    }

    private static long LastNonZero(IFileReader reader, long from, byte[] chunk)
    {
        long last = -1;
        int read;
        for (long at = from; (read = reader.Read(at, chunk)) > 0; at += read)
        {
            int within = chunk.AsSpan(0, read).LastIndexOfAnyExcept((byte)0);
            last = within >= 0 ? at + within : last;
        }

        return last;
    }

    /// <summary><c>size.bin</c>, or <c>size.n.bin</c> where a power cut undid what followed an earlier cut at the same size.</summary>
    private string NextName(ulong size)
    {
        int next = FindSideFile(size) is (string name, _) ? Number(name) + 1 : 0;
        return next < MaxSideFiles
            ? next == 0 ? $"{Prefix(size)}bin" : string.Create(CultureInfo.InvariantCulture, $"{Prefix(size)}{next}.bin")
            : throw new IOException($"{paths.Recovered}: {MaxSideFiles} side files of size {size} already; move them away");
    }

    private static string Prefix(ulong size) => string.Create(CultureInfo.InvariantCulture, $"{size}.");

    private static bool IsSideFileOf(string name, ulong size) =>
        name.StartsWith(Prefix(size), StringComparison.Ordinal) && name.EndsWith(".bin", StringComparison.Ordinal) && Number(name) >= 0;

    /// <summary>The n of <c>size.n.bin</c>, 0 for <c>size.bin</c>, −1 for any other name.</summary>
    private static int Number(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length == 2 ? 0
            : parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n
            : -1;
    }
}
