using Floodwall.Ledger;

namespace Floodwall.Load.Measuring;

/// <summary>
/// Where ledgers are measured, and what stands in their place: folders, and the files of logs and databases. They are deleted when the
/// scenario ends, because deleting large files makes first writes to new ones slow for a while; sooner only where they would take too
/// much of the disk, and then with a pause behind.
/// </summary>
internal sealed class LedgerShelf : IDisposable
{
    /// <summary>What the ledgers of one scenario may take together before the finished ones are deleted.</summary>
    public const long MostBytes = 12L << 30;

    private static readonly TimeSpan AfterDeletion = TimeSpan.FromSeconds(3);

    private readonly DirectoryInfo _root;
    private readonly long _most;
    private readonly TimeSpan _rest;
    private int _made;

    /// <param name="parent">Where the shelf stands; null for the machine's folder for temporary files.</param>
    /// <param name="most">What may stand on it before a new ledger makes the old ones go.</param>
    /// <param name="rest">How long the disk has after that; null for the usual time.</param>
    public LedgerShelf(string? parent, long most = MostBytes, TimeSpan? rest = null)
    {
        (_most, _rest) = (most, rest ?? AfterDeletion);
        _root = parent is null
            ? Directory.CreateTempSubdirectory("floodwall-load-")
            : Directory.CreateDirectory(Path.Combine(parent, $"floodwall-load-{Environment.ProcessId}"));
    }

    /// <summary>Where the folders stand.</summary>
    public string Root => _root.FullName;

    /// <summary>Room on the disk.</summary>
    public long FreeBytes => new DriveInfo(_root.FullName).AvailableFreeSpace;

    /// <summary>A path for a new ledger. Those given out before are finished with by then.</summary>
    public string Next()
    {
        long room = Math.Min(_most, FreeBytes / 4);
        if (_root.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) > room)
        {
            foreach (FileSystemInfo finished in _root.EnumerateFileSystemInfos())
            {
                Delete(finished);
            }

            Thread.Sleep(_rest);
        }

        return Path.Combine(_root.FullName, $"ledger-{_made++}");
    }

    /// <summary>Deletes one ledger that nobody uses any more, and waits until the disk has got over it. Never while anything is measured.</summary>
    public static void Delete(string directory)
    {
        LedgerPaths paths = new(directory);
        foreach (string folder in (string[])[paths.Directory, paths.StateDirectory])
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Thread.Sleep(AfterDeletion);
    }

    public void Dispose() => _root.Delete(recursive: true);

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
