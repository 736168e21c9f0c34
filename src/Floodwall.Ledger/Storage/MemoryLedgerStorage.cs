namespace Floodwall.Ledger;

/// <summary>
/// A ledger in memory, for tests, simulations and replays: nothing lasts, every sync succeeds. <see cref="Clone"/> takes the image
/// that a killed process would leave. Thread-safe as a real file system is.
/// </summary>
public sealed class MemoryLedgerStorage : ILedgerStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryFile> _files = [];
    private readonly HashSet<string> _folders = [];
    private readonly HashSet<string> _locked = [];

    /// <inheritdoc/>
    public string? BootIdentity { get; set; } = "memory";

    /// <summary>The paths of all files, in ordinal order.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_gate)
            {
                return [.. _files.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>A copy of every file as it is now, without locks and maps.</summary>
    public MemoryLedgerStorage Clone()
    {
        MemoryLedgerStorage copy = new() { BootIdentity = BootIdentity };
        lock (_gate)
        {
            copy._folders.UnionWith(_folders);
            foreach ((string path, MemoryFile file) in _files)
            {
                copy._files.Add(path, new MemoryFile(file.Content));
            }
        }

        return copy;
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public byte[] ReadAll(string path)
    {
        lock (_gate)
        {
            return Find(path).Content.ToArray();
        }
    }

    /// <summary>Creates or overwrites a file.</summary>
    public void WriteAll(string path, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            _files[path] = new MemoryFile(content);
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
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out MemoryFile? file))
            {
                return null;
            }

            return file.Length <= maxBytes
                ? file.Content.ToArray()
                : throw new InvalidDataException($"{path}: longer than the {maxBytes} bytes that such a file can have");
        }
    }

    /// <inheritdoc/>
    public IFileReader? OpenRead(string path)
    {
        lock (_gate)
        {
            return _files.TryGetValue(path, out MemoryFile? file) ? new MemoryReader(file) : null;
        }
    }

    /// <inheritdoc/>
    public void CreateFolder(string path, bool ownerOnly)
    {
        lock (_gate)
        {
            for (string? at = path; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
            {
                _folders.Add(at);
            }
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            _files.TryAdd(path, new MemoryFile([]));
            return _locked.Add(path) ? new MemoryLock(this, path) : null;
        }
    }

    /// <inheritdoc/>
    public IMappedSegment CreateSegment(string path, int length)
    {
        lock (_gate)
        {
            MemoryFile file = new(length);
            return _files.TryAdd(path, file) ? new MemorySegment(file) : throw new IOException($"{path}: exists already");
        }
    }

    /// <inheritdoc/>
    public IMappedSegment OpenSegment(string path, int length)
    {
        lock (_gate)
        {
            MemoryFile present = Find(path);
            if (present.Length > length)
            {
                throw new InvalidDataException($"{path}: {present.Length} bytes, longer than a segment of {length}");
            }

            MemoryFile file = new(length);
            present.Content.CopyTo(file.Content);
            _files[path] = file;
            return new MemorySegment(file);
        }
    }

    /// <inheritdoc/>
    public IMappedSegment? ReuseSegment(string old, string path, int length)
    {
        lock (_gate)
        {
            if (Find(old).Length > length)
            {
                return null;
            }

            MemoryFile file = new(length);
            _files.Remove(old);
            _files[path] = file;
            return new MemorySegment(file);
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        lock (_gate)
        {
            MemoryFile file = Find(from);
            if (!_folders.Contains(Path.GetDirectoryName(to)!))
            {
                throw new DirectoryNotFoundException($"{to}: no such folder");
            }

            _files.Remove(from);
            _files[to] = file;
        }
    }

    /// <inheritdoc/>
    public void Trim(string path, int length)
    {
        lock (_gate)
        {
            _files[path] = new MemoryFile(Find(path).Content[..length]);
        }
    }

    /// <inheritdoc/>
    public IReplaceableFile OpenReplaceable(string path) => new MemoryReplaceable(this, path);

    /// <inheritdoc/>
    public IFileWriter CreateFile(string path)
    {
        lock (_gate)
        {
            return _files.TryAdd(path, new MemoryFile([])) ? new MemoryWriter(this, path) : throw new IOException($"{path}: exists already");
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
        {
            _files.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
    }

    /// <summary>Lets go of what <see cref="TryLock"/> took.</summary>
    internal void Unlock(string path)
    {
        lock (_gate)
        {
            _locked.Remove(path);
        }
    }

    private MemoryFile Find(string path) =>
        _files.TryGetValue(path, out MemoryFile? file) ? file : throw new FileNotFoundException($"{path}: no such file", path);
}
