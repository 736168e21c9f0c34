using System.Runtime.InteropServices;

namespace Floodwall.Ledger;

/// <summary>
/// A ledger's storage in memory that fails as disks do, for tests. It takes every call apart into the steps that a file system makes of
/// it, and keeps for every page, length and name what processes see beside what the disk holds. <see cref="CutPower"/> gives what a power
/// cut at this moment may leave; <see cref="Before"/> is called at each step, where that is asked; <see cref="FailCall"/> makes one step
/// fail. Thread-safe as a real file system is.
/// </summary>
/// <remarks>
/// The model: a store to a map, a write, a new name, a new length, a rename or a deletion is seen at once and stays unsynced until the
/// file, or the folder for a name, is synced. A power cut keeps, loses or tears (at 512-byte sectors) each unsynced 4 KiB page, and keeps
/// or loses each unsynced name and length, on its own. A sync that fails writes every other page, and the kernel then takes all to be on disk
/// (fsync on Linux: the error is reported once); they are written again only after <see cref="IMappedSegment.MarkDirty"/>. Readying pages
/// ahead of the writer is a hint, and no step.
/// </remarks>
public sealed class FaultLedgerStorage : ILedgerStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FaultFile> _files;
    private readonly Dictionary<string, FaultFile> _filesOnDisk;
    private readonly HashSet<string> _folders;
    private readonly HashSet<string> _foldersOnDisk;
    private readonly HashSet<string> _locked = [];
    private long _calls;
    private long _failAt = -1;
    private bool _failAfter;
    private StorageFault _fault;

    /// <summary>An empty storage.</summary>
    public FaultLedgerStorage()
    {
        Pool = new PinnedBufferPool();
        (_files, _filesOnDisk, _folders, _foldersOnDisk) = ([], [], [], []);
        BootIdentity = "boot 1";
    }

    internal FaultLedgerStorage(FaultLedgerStorage origin, Dictionary<string, FaultFile> files, HashSet<string> folders)
    {
        Pool = origin.Pool;
        (_files, _filesOnDisk) = (files, new(files));
        (_folders, _foldersOnDisk) = (folders, [.. folders]);
        BootIdentity = origin.BootIdentity + "+1";
    }

    private FaultLedgerStorage(FaultLedgerStorage killed)
    {
        Pool = killed.Pool;
        BootIdentity = killed.BootIdentity;
        Dictionary<FaultFile, FaultFile> copies = [];
        (_folders, _foldersOnDisk) = ([.. killed._folders], [.. killed._foldersOnDisk]);
        _files = killed._files.ToDictionary(pair => pair.Key, pair => Copy(pair.Value));
        _filesOnDisk = killed._filesOnDisk.ToDictionary(pair => pair.Key, pair => Copy(pair.Value));

        FaultFile Copy(FaultFile file)
        {
            if (!copies.TryGetValue(file, out FaultFile? copy))
            {
                copy = file.AfterKill(Pool);
                copies.Add(file, copy);
            }

            return copy;
        }
    }

    /// <inheritdoc/>
    public string? BootIdentity { get; set; }

    /// <summary>Called before each step takes effect, on the thread that makes the call and outside of any lock; null for nothing.</summary>
    public Action<StorageCall>? Before { get; set; }

    /// <summary>Steps made so far, failed ones included.</summary>
    public long CallCount => Interlocked.Read(ref _calls);

    /// <summary>Whether the step that <see cref="FailCall"/> named has come.</summary>
    public bool HasFailed => _failAt > 0 && CallCount >= _failAt;

    internal PinnedBufferPool Pool { get; }

    /// <summary>Makes one step fail, or that one and all behind it.</summary>
    /// <param name="number">The step's number, counted from 1; see <see cref="CallCount"/>. 0 for none.</param>
    /// <param name="fault">How it fails.</param>
    /// <param name="forGood">Whether all steps from there on fail.</param>
    public void FailCall(long number, StorageFault fault, bool forGood = false) => (_failAt, _fault, _failAfter) = (number > 0 ? number : -1, fault, forGood);

    /// <summary>What a power cut at this moment may leave on the disk.</summary>
    public PowerCut CutPower()
    {
        lock (_gate)
        {
            return new PowerCut(this, _files, _filesOnDisk, _folders, _foldersOnDisk);
        }
    }

    /// <summary>What the end of the process at this moment leaves on a machine that goes on: everything as it was seen, locks and maps gone.</summary>
    public FaultLedgerStorage KillProcess()
    {
        lock (_gate)
        {
            return new FaultLedgerStorage(this);
        }
    }

    /// <summary>
    /// What happens under memory pressure: the kernel drops pages that it takes to be on disk. Where a failed sync lost them, the old
    /// content of the disk shows. No file may be mapped.
    /// </summary>
    public void EvictCleanPages()
    {
        lock (_gate)
        {
            foreach (FaultFile file in _files.Values)
            {
                file.Evict();
            }
        }
    }

    /// <inheritdoc/>
    public bool FolderExists(string path)
    {
        lock (_gate)
        {
            return _folders.Contains(path);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string folder)
    {
        Step(StorageStep.List, folder);
        lock (_gate)
        {
            return [.. from file in _files
                       where Path.GetDirectoryName(file.Key) == folder
                       select new StoredFile(Path.GetFileName(file.Key), file.Value.Length)];
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadSmallFile(string path, int maxBytes)
    {
        Step(StorageStep.OpenRead, path);
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out FaultFile? file))
            {
                return null;
            }

            if (file.Length > maxBytes)
            {
                throw new InvalidDataException($"{path}: longer than the {maxBytes} bytes that such a file can have");
            }

            byte[] content = new byte[file.Length];
            file.Read(0, content);
            return content;
        }
    }

    /// <inheritdoc/>
    public IFileReader? OpenRead(string path)
    {
        Step(StorageStep.OpenRead, path);
        lock (_gate)
        {
            return _files.TryGetValue(path, out FaultFile? file) ? new FaultReader(this, path, file) : null;
        }
    }

    /// <inheritdoc/>
    public void CreateFolder(string path, bool ownerOnly)
    {
        if (FolderExists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            CreateFolder(parent, ownerOnly: false);
        }

        Step(StorageStep.CreateFolder, path);
        lock (_gate)
        {
            _folders.Add(path);
        }

        if (!string.IsNullOrEmpty(parent))
        {
            SyncFolder(parent);
        }
        else
        {
            lock (_gate)
            {
                _foldersOnDisk.Add(path);
            }
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        Step(StorageStep.Lock, path);
        lock (_gate)
        {
            _files.TryAdd(path, new FaultFile(Pool));
            return _locked.Add(path) ? new FaultLock(this, path) : null;
        }
    }

    /// <inheritdoc/>
    public IMappedSegment CreateSegment(string path, int length)
    {
        FaultFile file = Make(path, mayExist: false);
        try
        {
            Step(StorageStep.Allocate, path);
            lock (_gate)
            {
                file.SetLength(length);
            }

            SyncFile(path, file);
        }
        catch (IOException)
        {
            lock (_gate)
            {
                _files.Remove(path);
            }

            throw;
        }

        return Map(path, file);
    }

    /// <inheritdoc/>
    public IMappedSegment OpenSegment(string path, int length)
    {
        Step(StorageStep.Open, path);
        FaultFile file = Find(path);
        if (file.Length > length)
        {
            throw new InvalidDataException($"{path}: {file.Length} bytes, longer than a segment of {length}");
        }

        Step(StorageStep.Allocate, path);
        lock (_gate)
        {
            if (file.Length < length)
            {
                file.SetLength(length);
            }
        }

        SyncFile(path, file);
        return Map(path, file);
    }

    /// <inheritdoc/>
    public void Trim(string path, int length)
    {
        Step(StorageStep.Truncate, path);
        FaultFile file = Find(path);
        lock (_gate)
        {
            file.SetLength(length);
        }

        SyncFile(path, file);
    }

    /// <inheritdoc/>
    public IReplaceableFile OpenReplaceable(string path) => new FaultReplaceable(this, path);

    /// <inheritdoc/>
    public IFileWriter CreateFile(string path) => new FaultWriter(this, path, Make(path, mayExist: false));

    /// <inheritdoc/>
    public void Delete(string path)
    {
        Step(StorageStep.Delete, path);
        lock (_gate)
        {
            _files.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        Step(StorageStep.SyncFolder, path);
        lock (_gate)
        {
            foreach (string gone in _filesOnDisk.Keys.Where(name => Path.GetDirectoryName(name) == path && !_files.ContainsKey(name)).ToList())
            {
                _filesOnDisk.Remove(gone);
            }

            foreach ((string name, FaultFile file) in _files)
            {
                if (Path.GetDirectoryName(name) == path)
                {
                    _filesOnDisk[name] = file;
                }
            }

            _foldersOnDisk.UnionWith(_folders.Where(folder => Path.GetDirectoryName(folder) == path));
        }
    }

    /// <summary>Makes a file, or empties one.</summary>
    internal FaultFile Make(string path, bool mayExist)
    {
        Step(StorageStep.Create, path);
        lock (_gate)
        {
            if (_files.TryGetValue(path, out FaultFile? present))
            {
                if (!mayExist)
                {
                    throw new IOException($"{path}: exists already");
                }

                present.SetLength(0);
                return present;
            }

            if (!_folders.Contains(Path.GetDirectoryName(path)!))
            {
                throw new DirectoryNotFoundException($"{path}: no such folder");
            }

            FaultFile file = new(Pool);
            _files.Add(path, file);
            return file;
        }
    }

    internal void Write(string path, FaultFile file, ReadOnlySpan<byte> data)
    {
        try
        {
            Step(StorageStep.Write, path);
        }
        catch (IOException)
        {
            // Part of it went through before the rest did not.
            data = data[..(data.Length / 2)];
            lock (_gate)
            {
                file.Append(data);
            }

            throw;
        }

        lock (_gate)
        {
            file.Append(data);
        }
    }

    internal void SyncFile(string path, FaultFile file) => SyncRange(path, file, 0, file.Length, all: true);

    internal void SyncRange(string path, FaultFile file, int offset, int length, bool all = false)
    {
        try
        {
            Step(StorageStep.Sync, path);
        }
        catch (IOException)
        {
            lock (_gate)
            {
                file.LoseSync(offset, length);
            }

            throw;
        }

        lock (_gate)
        {
            if (all)
            {
                file.SyncAll();
            }
            else
            {
                file.Sync(offset, length);
            }
        }
    }

    internal void Rename(string from, string to)
    {
        Step(StorageStep.Rename, to);
        lock (_gate)
        {
            _files[to] = _files[from];
            _files.Remove(from);
        }
    }

    internal int Read(string path, FaultFile file, long offset, Span<byte> buffer)
    {
        Step(StorageStep.Read, path);
        lock (_gate)
        {
            return file.Read(offset, buffer);
        }
    }

    internal void Locked(Action change)
    {
        lock (_gate)
        {
            change();
        }
    }

    internal void Unlock(string path)
    {
        lock (_gate)
        {
            _locked.Remove(path);
        }
    }

    private FaultSegment Map(string path, FaultFile file)
    {
        lock (_gate)
        {
            byte[] memory = file.Map();
            return new FaultSegment(this, path, file, Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0));
        }
    }

    private FaultFile Find(string path)
    {
        lock (_gate)
        {
            return _files.TryGetValue(path, out FaultFile? file) ? file : throw new FileNotFoundException($"{path}: no such file", path);
        }
    }

    private void Step(StorageStep step, string path)
    {
        long number = Interlocked.Increment(ref _calls);
        Before?.Invoke(new StorageCall(number, step, path));
        if (number == _failAt || (_failAfter && _failAt > 0 && number > _failAt))
        {
            throw _fault == StorageFault.DiskFull
                ? new DiskFullException($"{path}: {step} failed: no space left on device (injected at call {number})", 28)
                : new IOException($"{path}: {step} failed: input/output error (injected at call {number})", 5);
        }
    }
}
