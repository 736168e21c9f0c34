using System.Runtime.InteropServices;

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
            return _files.TryGetValue(path, out MemoryFile? file) ? new Reader(file) : null;
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
            return _locked.Add(path) ? new Holder(this, path) : null;
        }
    }

    /// <inheritdoc/>
    public IMappedSegment CreateSegment(string path, int length)
    {
        lock (_gate)
        {
            MemoryFile file = new(length);
            return _files.TryAdd(path, file) ? new Segment(file) : throw new IOException($"{path}: exists already");
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
            return new Segment(file);
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
            _files.Add(path, file);
            return new Segment(file);
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        lock (_gate)
        {
            _files[to] = Find(from);
            _files.Remove(from);
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
    public IReplaceableFile OpenReplaceable(string path) => new Replaceable(this, path);

    /// <inheritdoc/>
    public IFileWriter CreateFile(string path)
    {
        lock (_gate)
        {
            return _files.TryAdd(path, new MemoryFile([])) ? new Writer(this, path) : throw new IOException($"{path}: exists already");
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

    private MemoryFile Find(string path) =>
        _files.TryGetValue(path, out MemoryFile? file) ? file : throw new FileNotFoundException($"{path}: no such file", path);

    /// <summary>The bytes of a file, pinned so that a map of it has an address.</summary>
    private sealed class MemoryFile
    {
        private readonly byte[] _bytes;

        public MemoryFile(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

        public MemoryFile(ReadOnlySpan<byte> content)
            : this(content.Length) => content.CopyTo(_bytes);

        public int Length => _bytes.Length;

        public Span<byte> Content => _bytes;

        public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    private sealed class Reader(MemoryFile file) : IFileReader
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            int start = (int)Math.Min(offset, file.Length);
            ReadOnlySpan<byte> rest = file.Content[start..];
            ReadOnlySpan<byte> taken = rest[..Math.Min(rest.Length, buffer.Length)];
            taken.CopyTo(buffer);
            return taken.Length;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Segment(MemoryFile file) : IMappedSegment
    {
        public nint Address { get; } = file.Address;

        public int Length => file.Length;

        public void Sync(int offset, int length)
        {
        }

        public void Populate(int offset, int length)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Replaceable(MemoryLedgerStorage storage, string path) : IReplaceableFile
    {
        public void Replace(ReadOnlySpan<byte> content) => storage.WriteAll(path, content);

        public void Dispose()
        {
        }
    }

    private sealed class Writer(MemoryLedgerStorage storage, string path) : IFileWriter
    {
        public void Write(ReadOnlySpan<byte> data) => storage.WriteAll(path, [.. storage.ReadAll(path), .. data]);

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Holder(MemoryLedgerStorage storage, string path) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            lock (storage._gate)
            {
                if (!_released)
                {
                    _released = true;
                    storage._locked.Remove(path);
                }
            }
        }
    }
}
