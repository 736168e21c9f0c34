using System.Runtime.InteropServices;

namespace Floodwall.Ledger;

/// <summary>
/// The disk beneath a <see cref="FaultLedgerStorage"/>: names, folders and files as processes see them beside what would be found after a
/// power cut, and the one place where each step is counted, told and failed.
/// </summary>
internal sealed class FaultDisk
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

    /// <summary>An empty disk.</summary>
    public FaultDisk()
    {
        Pool = new PinnedBufferPool();
        (_files, _filesOnDisk, _folders, _foldersOnDisk) = ([], [], [], []);
    }

    /// <summary>A disk as a machine finds it when it starts: nothing is unsynced.</summary>
    public FaultDisk(PinnedBufferPool pool, Dictionary<string, FaultFile> files, HashSet<string> folders)
    {
        Pool = pool;
        (_files, _filesOnDisk) = (files, new(files));
        (_folders, _foldersOnDisk) = (folders, [.. folders]);
    }

    private FaultDisk(FaultDisk killed)
    {
        Pool = killed.Pool;
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

    public PinnedBufferPool Pool { get; }

    public Action<StorageCall>? Before { get; set; }

    public long CallCount => Interlocked.Read(ref _calls);

    public bool HasFailed => _failAt > 0 && CallCount >= _failAt;

    public void FailCall(long number, StorageFault fault, bool forGood) => (_failAt, _fault, _failAfter) = (number > 0 ? number : -1, fault, forGood);

    public PowerCut CutPower(string? bootIdentity)
    {
        lock (_gate)
        {
            return new PowerCut(Pool, bootIdentity, _files, _filesOnDisk, _folders, _foldersOnDisk);
        }
    }

    public FaultDisk AfterKill()
    {
        lock (_gate)
        {
            return new FaultDisk(this);
        }
    }

    public void Evict()
    {
        lock (_gate)
        {
            foreach (FaultFile file in _files.Values)
            {
                file.Evict();
            }
        }
    }

    public bool FolderExists(string path)
    {
        lock (_gate)
        {
            return _folders.Contains(path);
        }
    }

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

    /// <summary>A file for reading; null where there is none.</summary>
    public FaultFile? OpenRead(string path)
    {
        Step(StorageStep.OpenRead, path);
        lock (_gate)
        {
            return _files.GetValueOrDefault(path);
        }
    }

    public void MakeFolder(string path)
    {
        Step(StorageStep.CreateFolder, path);
        lock (_gate)
        {
            _folders.Add(path);
            if (string.IsNullOrEmpty(Path.GetDirectoryName(path)))
            {
                _foldersOnDisk.Add(path);
            }
        }
    }

    public bool TryLock(string path)
    {
        Step(StorageStep.Lock, path);
        lock (_gate)
        {
            _files.TryAdd(path, new FaultFile(Pool));
            return _locked.Add(path);
        }
    }

    public void Unlock(string path)
    {
        lock (_gate)
        {
            _locked.Remove(path);
        }
    }

    /// <summary>An existing file, opened for writing.</summary>
    public FaultFile Open(string path, StorageStep step)
    {
        Step(step, path);
        lock (_gate)
        {
            return _files.TryGetValue(path, out FaultFile? file) ? file : throw new FileNotFoundException($"{path}: no such file", path);
        }
    }

    /// <summary>Makes a file, or empties one.</summary>
    public FaultFile Make(string path, bool mayExist)
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

    public void Allocate(string path, FaultFile file, int length)
    {
        Step(StorageStep.Allocate, path);
        lock (_gate)
        {
            if (file.Length < length)
            {
                file.SetLength(length);
            }
        }
    }

    public void Cut(FaultFile file, int length)
    {
        lock (_gate)
        {
            file.SetLength(length);
        }
    }

    public void Write(string path, FaultFile file, ReadOnlySpan<byte> data)
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

    public void SyncFile(string path, FaultFile file) => SyncRange(path, file, 0, file.Length, all: true);

    public void SyncRange(string path, FaultFile file, int offset, int length, bool all = false)
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

    public void Rename(string from, string to)
    {
        Step(StorageStep.Rename, to);
        lock (_gate)
        {
            _files[to] = _files[from];
            _files.Remove(from);
        }
    }

    public void Delete(string path)
    {
        Step(StorageStep.Delete, path);
        Forget(path);
    }

    /// <summary>Takes a name away without a step of its own.</summary>
    public void Forget(string path)
    {
        lock (_gate)
        {
            _files.Remove(path);
        }
    }

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

    public int Read(string path, FaultFile file, long offset, Span<byte> buffer)
    {
        Step(StorageStep.Read, path);
        lock (_gate)
        {
            return file.Read(offset, buffer);
        }
    }

    public FaultSegment Map(string path, FaultFile file)
    {
        lock (_gate)
        {
            byte[] memory = file.Map();
            return new FaultSegment(this, path, file, Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0));
        }
    }

    public void Locked(Action change)
    {
        lock (_gate)
        {
            change();
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
