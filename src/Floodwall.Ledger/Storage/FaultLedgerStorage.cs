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
    private readonly FaultDisk _disk;

    /// <summary>An empty storage.</summary>
    public FaultLedgerStorage()
        : this(new FaultDisk(), "boot 1")
    {
    }

    internal FaultLedgerStorage(FaultDisk disk, string? bootIdentity) => (_disk, BootIdentity) = (disk, bootIdentity);

    /// <inheritdoc/>
    public string? BootIdentity { get; set; }

    /// <summary>Called before each step takes effect, on the thread that makes the call and outside of any lock; null for nothing.</summary>
    public Action<StorageCall>? Before
    {
        get => _disk.Schedule.Before;
        set => _disk.Schedule.Before = value;
    }

    /// <summary>Steps made so far, failed ones included.</summary>
    public long CallCount => _disk.Schedule.CallCount;

    /// <summary>Whether the step that <see cref="FailCall"/> named has come.</summary>
    public bool HasFailed => _disk.Schedule.HasFailed;

    /// <summary>Makes one step fail, or that one and all behind it.</summary>
    /// <param name="number">The step's number, counted from 1; see <see cref="CallCount"/>. 0 for none.</param>
    /// <param name="fault">How it fails.</param>
    /// <param name="forGood">Whether all steps from there on fail.</param>
    public void FailCall(long number, StorageFault fault, bool forGood = false) => _disk.Schedule.FailCall(number, fault, forGood);

    /// <summary>What a power cut at this moment may leave on the disk.</summary>
    public PowerCut CutPower() => _disk.CutPower(BootIdentity);

    /// <summary>What the end of the process at this moment leaves on a machine that goes on: everything as it was seen, locks and maps gone.</summary>
    public FaultLedgerStorage KillProcess() => new(_disk.AfterKill(), BootIdentity);

    /// <summary>
    /// What happens under memory pressure: the kernel drops pages that it takes to be on disk. Where a failed sync lost them, the old
    /// content of the disk shows. No file may be mapped.
    /// </summary>
    public void EvictCleanPages() => _disk.Evict();

    /// <inheritdoc/>
    public bool FolderExists(string path) => _disk.FolderExists(path);

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string folder) => _disk.List(folder);

    /// <inheritdoc/>
    public byte[]? ReadSmallFile(string path, int maxBytes)
    {
        if (_disk.OpenRead(path) is not { } file)
        {
            return null;
        }

        if (file.Length > maxBytes)
        {
            throw new InvalidDataException($"{path}: longer than the {maxBytes} bytes that such a file can have");
        }

        byte[] content = new byte[file.Length];
        _disk.Locked(() => file.Read(0, content));
        return content;
    }

    /// <inheritdoc/>
    public IFileReader? OpenRead(string path) => _disk.OpenRead(path) is { } file ? new FaultReader(_disk, path, file) : null;

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

        _disk.MakeFolder(path);
        if (!string.IsNullOrEmpty(parent))
        {
            SyncFolder(parent);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => _disk.TryLock(path) ? new FaultLock(_disk, path) : null;

    /// <inheritdoc/>
    public IMappedSegment CreateSegment(string path, int length)
    {
        FaultFile file = _disk.Make(path, mayExist: false);
        try
        {
            _disk.Allocate(path, file, length);
            _disk.SyncFile(path, file);
        }
        catch (IOException)
        {
            _disk.Forget(path);
            throw;
        }

        return _disk.Map(path, file);
    }

    /// <inheritdoc/>
    public IMappedSegment OpenSegment(string path, int length)
    {
        FaultFile file = _disk.Open(path, StorageStep.Open);
        if (file.Length > length)
        {
            throw new InvalidDataException($"{path}: {file.Length} bytes, longer than a segment of {length}");
        }

        _disk.Allocate(path, file, length);
        _disk.SyncFile(path, file);
        return _disk.Map(path, file);
    }

    /// <inheritdoc/>
    public IMappedSegment? ReuseSegment(string old, string path, int length)
    {
        FaultFile file = _disk.Open(old, StorageStep.Open);
        if (file.Length > length || !_disk.IsSoleName(file))
        {
            return null;
        }

        _disk.Clear(old, file, length);
        _disk.SyncFile(old, file);
        _disk.Rename(old, path);
        return _disk.Map(path, file);
    }

    /// <inheritdoc/>
    public void Move(string from, string to) => _disk.Rename(from, to);

    /// <inheritdoc/>
    public void Trim(string path, int length)
    {
        FaultFile file = _disk.Open(path, StorageStep.Truncate);
        _disk.Cut(file, length);
        _disk.SyncFile(path, file);
    }

    /// <inheritdoc/>
    public IReplaceableFile OpenReplaceable(string path) => new FaultReplaceable(_disk, path);

    /// <inheritdoc/>
    public IFileWriter CreateFile(string path) => new FaultWriter(_disk, path, _disk.Make(path, mayExist: false));

    /// <inheritdoc/>
    public void Delete(string path) => _disk.Delete(path);

    /// <inheritdoc/>
    public void SyncFolder(string path) => _disk.SyncFolder(path);
}
