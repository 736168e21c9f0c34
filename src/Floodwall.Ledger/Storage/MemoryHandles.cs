using System.Runtime.InteropServices;

namespace Floodwall.Ledger;

/// <summary>The bytes of a file, pinned so that a map of it has an address.</summary>
internal sealed class MemoryFile
{
    private readonly byte[] _bytes;

    public MemoryFile(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    public MemoryFile(ReadOnlySpan<byte> content)
        : this(content.Length) => content.CopyTo(_bytes);

    public int Length => _bytes.Length;

    public Span<byte> Content => _bytes;

    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
}

internal sealed class MemoryReader(MemoryFile file) : IFileReader
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

internal sealed class MemorySegment(MemoryFile file) : IMappedSegment
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

internal sealed class MemoryReplaceable(MemoryLedgerStorage storage, string path) : IReplaceableFile
{
    public void Replace(ReadOnlySpan<byte> content) => storage.WriteAll(path, content);

    public void Dispose()
    {
    }
}

internal sealed class MemoryWriter(MemoryLedgerStorage storage, string path) : IFileWriter
{
    public void Write(ReadOnlySpan<byte> data) => storage.WriteAll(path, [.. storage.ReadAll(path), .. data]);

    public void Sync()
    {
    }

    public void Dispose()
    {
    }
}

internal sealed class MemoryLock(MemoryLedgerStorage storage, string path) : IDisposable
{
    private bool _released;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _released, true))
        {
            storage.Unlock(path);
        }
    }
}
