using Floodwall.Ledger;

namespace Floodwall.Load.Measuring;

/// <summary>
/// Where ledgers are measured, and what stands in their place: folders, and the files of logs and databases. Segments of ledgers that are
/// finished with become those of later ones (<see cref="LedgerOptions.RecycleDirectory"/>), as in a ledger that is pruned: only the first
/// ledgers write to blocks that the disk has yet to give out, which virtual disks do slowly (docs/decisions/0011).
/// </summary>
internal sealed class LedgerShelf : IDisposable
{
    /// <summary>What stands on a shelf at most before all that is finished is deleted.</summary>
    public const long MostBytes = 20L << 30;

    private const int MostSegments = 4096;

    private readonly DirectoryInfo _root;
    private readonly DirectoryInfo _recycled;
    private readonly long _most;
    private int _made;
    private int _kept;

    /// <param name="parent">Where the shelf stands; null for the machine's folder for temporary files.</param>
    /// <param name="most">What may stand on it before a new ledger makes the old ones go.</param>
    public LedgerShelf(string? parent, long most = MostBytes)
    {
        _most = most;
        _root = parent is null
            ? Directory.CreateTempSubdirectory("floodwall-load-")
            : Directory.CreateDirectory(Path.Combine(parent, $"floodwall-load-{Environment.ProcessId}"));
        _recycled = _root.CreateSubdirectory("recycled");
    }

    /// <summary>Where the folders stand.</summary>
    public string Root => _root.FullName;

    /// <summary>Room on the disk.</summary>
    public long FreeBytes => new DriveInfo(_root.FullName).AvailableFreeSpace;

    private long Standing => _root.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    // What stands there already was free before.
    private long Room => Math.Min(_most, (FreeBytes + Standing) / 4);

    /// <summary>Options for a ledger in a new folder. Those given out before are finished with by then.</summary>
    public LedgerOptions NextLedger() => new() { Directory = NextPath(), RecycleDirectory = _recycled.FullName, MaxRecycled = MostSegments };

    /// <summary>A path for something new. What was given out before is finished with by then.</summary>
    public string NextPath()
    {
        Tidy();
        return Path.Combine(_root.FullName, $"ledger-{_made++}");
    }

    /// <summary>
    /// The path for a log, always the same: a log may be written over the one before, so that its blocks are old ones too. What was given
    /// out before is finished with by then.
    /// </summary>
    public string NextLog()
    {
        Tidy();
        return Path.Combine(_root.FullName, "log");
    }

    /// <summary>
    /// Sees to it that so many bytes of old segments are there: for a ledger that would use up all and then show the disk's new blocks. What
    /// is missing is written and synced, which takes as long as the disk does; no more than there is room for.
    /// </summary>
    /// <returns>Bytes that were written.</returns>
    public long Prepare(long bytes)
    {
        Tidy();
        byte[] block = new byte[1 << 20];
        new Random(1).NextBytes(block); // a disk may not keep zeros
        long written = 0;
        for (long missing = Math.Min(bytes, Room) - _recycled.EnumerateFiles().Sum(file => file.Length); missing > 0; missing -= LedgerLimits.DefaultSegmentBytes)
        {
            using FileStream file = new(NextRecycled(), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (file.Position < LedgerLimits.DefaultSegmentBytes)
            {
                file.Write(block);
            }

            file.Flush(flushToDisk: true);
            written += LedgerLimits.DefaultSegmentBytes;
        }

        return written;
    }

    /// <summary>All that was given out is finished with: segments are kept for what comes next, as far as there is room for them.</summary>
    public void Tidy()
    {
        foreach (FileInfo segment in _root.EnumerateFiles("*.seg", SearchOption.AllDirectories).ToList())
        {
            segment.MoveTo(NextRecycled());
        }

        if (Standing > Room)
        {
            foreach (FileSystemInfo finished in _root.EnumerateFileSystemInfos())
            {
                Delete(finished);
            }

            _recycled.Create();
        }
    }

    public void Dispose() => _root.Delete(recursive: true);

    private string NextRecycled() => Path.Combine(_recycled.FullName, $"{_kept++}{LedgerPaths.RecycledExtension}");

    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo folder)
        {
            folder.Delete(recursive: true);
        }
        else
        {
            entry.Delete();
        }
    }
}
