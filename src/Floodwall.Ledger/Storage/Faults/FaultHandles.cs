namespace Floodwall.Ledger;

/// <summary>A mapped segment of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultSegment(FaultLedgerStorage storage, string path, FaultFile file, nint address) : IMappedSegment
{
    private bool _disposed;

    public nint Address => address;

    public int Length { get; } = file.Length;

    public void Sync(int offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        storage.SyncRange(path, file, offset, length);
    }

    public void MarkDirty(int offset, int length) => storage.Locked(() => file.MarkDirty(offset, length));

    public void Populate(int offset, int length)
    {
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            storage.Locked(file.Unmap);
        }
    }
}

/// <summary>A file replaced by temporary file, sync, rename and sync of the folder, each a step.</summary>
internal sealed class FaultReplaceable(FaultLedgerStorage storage, string path) : IReplaceableFile
{
    public void Replace(ReadOnlySpan<byte> content)
    {
        string temporary = path + ".tmp";
        FaultFile file = storage.Make(temporary, mayExist: true);
        storage.Write(temporary, file, content);
        storage.SyncFile(temporary, file);
        storage.Rename(temporary, path);
        storage.SyncFolder(Path.GetDirectoryName(path)!);
    }

    public void Dispose()
    {
    }
}

/// <summary>A new file of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultWriter(FaultLedgerStorage storage, string path, FaultFile file) : IFileWriter
{
    public void Write(ReadOnlySpan<byte> data) => storage.Write(path, file, data);

    public void Sync() => storage.SyncFile(path, file);

    public void Dispose()
    {
    }
}

/// <summary>A file of a <see cref="FaultLedgerStorage"/> open for reading.</summary>
internal sealed class FaultReader(FaultLedgerStorage storage, string path, FaultFile file) : IFileReader
{
    public long Length { get; } = file.Length;

    public int Read(long offset, Span<byte> buffer) => storage.Read(path, file, offset, buffer);

    public void Dispose()
    {
    }
}

/// <summary>The lock of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultLock(FaultLedgerStorage storage, string path) : IDisposable
{
    private bool _released;

    public void Dispose()
    {
        if (!_released)
        {
            _released = true;
            storage.Unlock(path);
        }
    }
}
