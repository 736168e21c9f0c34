namespace Floodwall.Ledger;

/// <summary>A mapped segment of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultSegment(FaultDisk disk, string path, FaultFile file, nint address) : IMappedSegment
{
    private bool _disposed;

    public nint Address => address;

    public int Length { get; } = file.Length;

    public void Sync(int offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        disk.SyncRange(path, file, offset, length);
    }

    public void MarkDirty(int offset, int length) => disk.Locked(() => file.MarkDirty(offset, length));

    public void Populate(int offset, int length)
    {
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            disk.Locked(file.Unmap);
        }
    }
}

/// <summary>A file replaced by temporary file, sync, rename and sync of the folder, each a step.</summary>
internal sealed class FaultReplaceable(FaultDisk disk, string path) : IReplaceableFile
{
    public void Replace(ReadOnlySpan<byte> content)
    {
        string temporary = path + ".tmp";
        FaultFile file = disk.Make(temporary, mayExist: true);
        disk.Write(temporary, file, content);
        disk.SyncFile(temporary, file);
        disk.Rename(temporary, path);
        disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    public void Dispose()
    {
    }
}

/// <summary>A new file of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultWriter(FaultDisk disk, string path, FaultFile file) : IFileWriter
{
    public void Write(ReadOnlySpan<byte> data) => disk.Write(path, file, data);

    public void Sync() => disk.SyncFile(path, file);

    public void Dispose()
    {
    }
}

/// <summary>A file of a <see cref="FaultLedgerStorage"/> open for reading.</summary>
internal sealed class FaultReader(FaultDisk disk, string path, FaultFile file) : IFileReader
{
    public long Length { get; } = file.Length;

    public int Read(long offset, Span<byte> buffer) => disk.Read(path, file, offset, buffer);

    public void Dispose()
    {
    }
}

/// <summary>The lock of a <see cref="FaultLedgerStorage"/>.</summary>
internal sealed class FaultLock(FaultDisk disk, string path) : IDisposable
{
    private bool _released;

    public void Dispose()
    {
        if (!_released)
        {
            _released = true;
            disk.Unlock(path);
        }
    }
}
