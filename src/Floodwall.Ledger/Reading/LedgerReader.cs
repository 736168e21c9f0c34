namespace Floodwall.Ledger;

/// <summary>
/// Reads a ledger without locking it, also while a writer is at work. It checks the form of what it reads and trusts no length, but
/// says nothing about hashes and signatures: that is <see cref="LedgerVerifier"/>'s part.
/// </summary>
public sealed class LedgerReader
{
    private readonly ILedgerFiles _files;
    private readonly LedgerPaths _paths;

    private LedgerReader(ILedgerFiles files, LedgerPaths paths, GenesisEntry genesis, ulong prunedSize)
    {
        _files = files;
        _paths = paths;
        Genesis = genesis;
        PrunedSize = prunedSize;
    }

    /// <summary>What the ledger says it is.</summary>
    public GenesisEntry Genesis { get; }

    /// <summary>
    /// Entries that were pruned when the ledger was opened: of those before this index only the ones are left that define what later
    /// entries mean, the genesis entry among them.
    /// </summary>
    public ulong PrunedSize { get; }

    /// <summary>Opens the ledger in <paramref name="directory"/> on this machine's file system.</summary>
    /// <inheritdoc cref="Open(string, ILedgerFiles)"/>
    public static LedgerReader Open(string directory) => Open(directory, FileLedgerStorage.Instance);

    /// <summary>Opens the ledger in <paramref name="directory"/>.</summary>
    /// <exception cref="LedgerCorruptException">There is no ledger, or its first entry cannot be read.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static LedgerReader Open(string directory, ILedgerFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        LedgerPaths paths = new(directory);
        if (!files.FolderExists(paths.Segments))
        {
            throw new LedgerCorruptException($"{paths.Directory}: no ledger; a folder 'segments' was expected in it");
        }

        SegmentCatalog catalog = SegmentCatalog.Read(files, paths);
        using BundleScanner scanner = new(files, paths, catalog);
        return scanner.ReadGenesis() is { } genesis
            ? new LedgerReader(files, paths, genesis, catalog.Pruned?.Size ?? 0)
            : throw new LedgerCorruptException($"{paths.Directory}: {scanner.Problem?.Message ?? "the log holds no entry"}", 0);
    }

    /// <summary>
    /// A cursor before entry <paramref name="index"/>. It sees the log as it is now, and maybe some of what is appended later. Of
    /// pruned entries it gives those that were kept, under their own indexes, so that whoever reads from 0 learns what was defined.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public EntryCursor ReadFrom(ulong index)
    {
        SegmentCatalog catalog = SegmentCatalog.Read(_files, _paths);
        IEnumerable<(ulong Index, byte[] Entry)> kept = catalog.Pruned?.Kept ?? [];
        return new EntryCursor(ScanFrom(catalog, index), index, kept.SkipWhile(entry => entry.Index < index));
    }

    /// <summary>Copies the framed entries of a bundle: what C2SP tlog-tiles calls an entry bundle.</summary>
    /// <param name="bundle">Number of the bundle.</param>
    /// <param name="destination">At least <see cref="LedgerLimits.MaxBundleBytes"/> bytes.</param>
    /// <param name="count">Entries copied, 0 to 256; fewer than 256 where the log ends within the bundle, 0 where it was pruned.</param>
    /// <returns>Bytes copied.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public int ReadBundle(ulong bundle, Span<byte> destination, out int count)
    {
        count = 0;
        if (destination.Length < LedgerLimits.MaxBundleBytes)
        {
            throw new ArgumentException(
                $"a bundle takes up to {LedgerLimits.MaxBundleBytes} bytes, got room for {destination.Length}", nameof(destination));
        }

        if (bundle > LedgerLimits.MaxIndex / LedgerLimits.EntriesPerBundle)
        {
            return 0;
        }

        using BundleScanner scanner = ScanFrom(SegmentCatalog.Read(_files, _paths), bundle * LedgerLimits.EntriesPerBundle);
        while (scanner.Next() && scanner.Bundle <= bundle)
        {
            if (scanner.Bundle == bundle)
            {
                scanner.Bytes.CopyTo(destination);
                count = scanner.Count;
                return scanner.Bytes.Length;
            }
        }

        return 0;
    }

    /// <summary>Index of the first entry of the segment that holds entry <paramref name="index"/>, or of the last segment before it.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public ulong SegmentStart(ulong index) => FindSegment(SegmentCatalog.Read(_files, _paths), index).FirstIndex;

    private BundleScanner ScanFrom(SegmentCatalog catalog, ulong index)
    {
        (int segment, ulong firstIndex) = FindSegment(catalog, index);
        return segment == catalog.First
            ? new BundleScanner(_files, _paths, catalog)
            : new BundleScanner(_files, _paths, catalog, new ScanStart(segment, 0, firstIndex, Genesis, Keys: null));
    }

    private (int Segment, ulong FirstIndex) FindSegment(SegmentCatalog catalog, ulong index)
    {
        int low = catalog.First;
        ulong firstIndex = catalog.Pruned?.Size ?? 0;

        // The last segment whose header is whole and begins at or before the index; the headers ascend.
        for (int high = catalog.End - 1; low < high;)
        {
            int middle = low + ((high - low + 1) / 2);
            if (ReadFirstIndex(middle) is ulong first && first <= index)
            {
                (low, firstIndex) = (middle, first);
            }
            else
            {
                high = middle - 1;
            }
        }

        return (low, firstIndex);
    }

    private ulong? ReadFirstIndex(int segment)
    {
        using IFileReader? reader = _files.OpenRead(_paths.Segment((uint)segment));
        Span<byte> bytes = stackalloc byte[LedgerLimits.SegmentHeaderBytes];
        return reader is not null
            && reader.Read(0, bytes) == bytes.Length
            && SegmentHeader.Decode(bytes, out SegmentHeader header) is null
            && header.Number == segment
            && header.FirstIndex % LedgerLimits.EntriesPerBundle == 0
                ? header.FirstIndex
                : null;
    }
}
