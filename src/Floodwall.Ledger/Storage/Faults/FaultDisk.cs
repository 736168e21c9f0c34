using System.Runtime.InteropServices;

namespace Floodwall.Ledger;

/// <summary>
/// The disk beneath a <see cref="FaultLedgerStorage"/>: folders and files as processes see them beside what would be found after a power
/// cut. Each operation is a step of its <see cref="FaultSchedule"/>. Thread-safe.
/// </summary>
internal sealed class FaultDisk
{
    private readonly Lock _gate = new();
    private readonly FaultNames _names;
    private readonly HashSet<string> _locked = [];

    /// <summary>An empty disk.</summary>
    public FaultDisk()
        : this(new PinnedBufferPool(), [], [])
    {
    }

    /// <summary>A disk as a machine finds it when it starts: nothing is unsynced.</summary>
    public FaultDisk(PinnedBufferPool pool, Dictionary<string, FaultFile> files, HashSet<string> folders)
        : this(pool, new FaultNames(files, folders))
    {
    }

    private FaultDisk(PinnedBufferPool pool, FaultNames names)
    {
        Pool = pool;
        _names = names;
    }

    public PinnedBufferPool Pool { get; }

    /// <summary>Which steps fail.</summary>
    public FaultSchedule Schedule { get; } = new();

    public PowerCut CutPower(string? bootIdentity)
    {
        lock (_gate)
        {
            return _names.CutPower(Pool, bootIdentity);
        }
    }

    public FaultDisk AfterKill()
    {
        lock (_gate)
        {
            return new FaultDisk(Pool, _names.AfterKill(Pool));
        }
    }

    public void Evict()
    {
        lock (_gate)
        {
            foreach (FaultFile file in _names.Files.Values)
            {
                file.Evict();
            }
        }
    }

    public bool FolderExists(string path)
    {
        lock (_gate)
        {
            return _names.Folders.Contains(path);
        }
    }

    public IReadOnlyList<StoredFile> List(string folder)
    {
        Step(StorageStep.List, folder);
        lock (_gate)
        {
            return _names.List(folder);
        }
    }

    /// <summary>A file for reading; null where there is none.</summary>
    public FaultFile? OpenRead(string path)
    {
        Step(StorageStep.OpenRead, path);
        lock (_gate)
        {
            return _names.Files.GetValueOrDefault(path);
        }
    }

    public void MakeFolder(string path)
    {
        Step(StorageStep.CreateFolder, path);
        lock (_gate)
        {
            _names.AddFolder(path);
        }
    }

    public bool TryLock(string path)
    {
        Step(StorageStep.Lock, path);
        lock (_gate)
        {
            _names.Files.TryAdd(path, new FaultFile(Pool));
            return _locked.Add(path);
        }
    }

    public void Unlock(string path) => Locked(() => _locked.Remove(path));

    /// <summary>An existing file, opened for writing.</summary>
    public FaultFile Open(string path, StorageStep step)
    {
        Step(step, path);
        lock (_gate)
        {
            return _names.Files.TryGetValue(path, out FaultFile? file) ? file : throw new FileNotFoundException($"{path}: no such file", path);
        }
    }

    /// <summary>Makes a file, or empties one.</summary>
    public FaultFile Make(string path, bool mayExist)
    {
        Step(StorageStep.Create, path);
        lock (_gate)
        {
            if (_names.Files.TryGetValue(path, out FaultFile? present))
            {
                if (!mayExist)
                {
                    throw new IOException($"{path}: exists already");
                }

                present.SetLength(0);
                return present;
            }

            if (!_names.Folders.Contains(Path.GetDirectoryName(path)!))
            {
                throw new DirectoryNotFoundException($"{path}: no such folder");
            }

            FaultFile file = new(Pool);
            _names.Files.Add(path, file);
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

    /// <summary>Makes a file one of so many zeros.</summary>
    public void Clear(string path, FaultFile file, int length)
    {
        Step(StorageStep.Allocate, path);
        lock (_gate)
        {
            file.SetLength(0);
            file.SetLength(length);
        }
    }

    /// <summary>Whether processes see a file under one name only.</summary>
    public bool IsSoleName(FaultFile file)
    {
        lock (_gate)
        {
            return _names.IsSoleName(file);
        }
    }

    public void Cut(FaultFile file, int length) => Locked(() => file.SetLength(length));

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
        Locked(() => _names.Rename(from, to));
    }

    public void Delete(string path)
    {
        Step(StorageStep.Delete, path);
        Forget(path);
    }

    /// <summary>Takes a name away without a step of its own.</summary>
    public void Forget(string path) => Locked(() => _names.Files.Remove(path));

    public void SyncFolder(string path)
    {
        Step(StorageStep.SyncFolder, path);
        Locked(() => _names.Sync(path));
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

    private void Step(StorageStep step, string path) => Schedule.Step(step, path);
}
