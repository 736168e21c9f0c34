namespace Floodwall.Ledger;

/// <summary>
/// The names of files and folders as processes see them, beside those that the disk holds. Not thread-safe: <see cref="FaultDisk"/>
/// locks.
/// </summary>
internal sealed class FaultNames
{
    private readonly Dictionary<string, FaultFile> _filesOnDisk;
    private readonly HashSet<string> _foldersOnDisk;

    /// <summary>Names of which none is unsynced.</summary>
    public FaultNames(Dictionary<string, FaultFile> files, HashSet<string> folders)
        : this(files, new(files), folders, [.. folders])
    {
    }

    private FaultNames(
        Dictionary<string, FaultFile> files,
        Dictionary<string, FaultFile> filesOnDisk,
        HashSet<string> folders,
        HashSet<string> foldersOnDisk)
    {
        Files = files;
        Folders = folders;
        _filesOnDisk = filesOnDisk;
        _foldersOnDisk = foldersOnDisk;
    }

    /// <summary>Files as processes see them, by path.</summary>
    public Dictionary<string, FaultFile> Files { get; }

    /// <summary>Folders as processes see them.</summary>
    public HashSet<string> Folders { get; }

    /// <summary>Adds a folder; one at the root is on disk at once.</summary>
    public void AddFolder(string path)
    {
        Folders.Add(path);
        if (string.IsNullOrEmpty(Path.GetDirectoryName(path)))
        {
            _foldersOnDisk.Add(path);
        }
    }

    /// <summary>The files in a folder.</summary>
    public IReadOnlyList<StoredFile> List(string folder) =>
        [.. from file in Files
            where Path.GetDirectoryName(file.Key) == folder
            select new StoredFile(Path.GetFileName(file.Key), file.Value.Length)];

    /// <summary>Whether a file has one name only.</summary>
    public bool IsSoleName(FaultFile file) => Files.Values.Count(named => named == file) == 1;

    /// <summary>Gives a file another name, in place of any file of that name.</summary>
    public void Rename(string from, string to)
    {
        FaultFile file = Files.GetValueOrDefault(from) ?? throw new FileNotFoundException($"{from}: no such file", from);
        if (!Folders.Contains(Path.GetDirectoryName(to)!))
        {
            throw new DirectoryNotFoundException($"{to}: no such folder");
        }

        Files.Remove(from);
        Files[to] = file;
    }

    /// <summary>Brings the names in a folder to disk.</summary>
    public void Sync(string folder)
    {
        foreach (string gone in _filesOnDisk.Keys.Where(name => Path.GetDirectoryName(name) == folder && !Files.ContainsKey(name)).ToList())
        {
            _filesOnDisk.Remove(gone);
        }

        foreach ((string name, FaultFile file) in Files)
        {
            if (Path.GetDirectoryName(name) == folder)
            {
                _filesOnDisk[name] = file;
            }
        }

        _foldersOnDisk.UnionWith(Folders.Where(inner => Path.GetDirectoryName(inner) == folder));
    }

    /// <summary>What a power cut now may leave.</summary>
    public PowerCut CutPower(PinnedBufferPool pool, string? bootIdentity) =>
        new(pool, bootIdentity, Files, _filesOnDisk, Folders, _foldersOnDisk);

    /// <summary>A copy in which nothing is mapped, as the end of a process leaves it. A file keeps being one file under all its names.</summary>
    public FaultNames AfterKill(PinnedBufferPool pool)
    {
        Dictionary<FaultFile, FaultFile> copies = [];
        return new FaultNames(
            Files.ToDictionary(pair => pair.Key, pair => Copy(pair.Value)),
            _filesOnDisk.ToDictionary(pair => pair.Key, pair => Copy(pair.Value)),
            [.. Folders],
            [.. _foldersOnDisk]);

        FaultFile Copy(FaultFile file)
        {
            if (!copies.TryGetValue(file, out FaultFile? copy))
            {
                copy = file.AfterKill(pool);
                copies.Add(file, copy);
            }

            return copy;
        }
    }
}
