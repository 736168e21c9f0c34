using System.IO.MemoryMappedFiles;

namespace Floodwall.Ledger.Native;

/// <summary>A segment file mapped by .NET's own means, for systems other than Linux.</summary>
internal sealed unsafe class PortableMappedSegment : IMappedSegment
{
    private const int ZeroChunk = 64 << 10;

    private readonly FileStream _stream;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Lock _use = new();
    private bool _disposed;

    private PortableMappedSegment(FileStream stream, int length)
    {
        _stream = stream;
        _map = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.ReadWrite);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        Address = (nint)pointer + (nint)_view.PointerOffset;
        Length = length;
    }

    public nint Address { get; }

    public int Length { get; }

    public static PortableMappedSegment Create(string path, int length)
    {
        try
        {
            return Map(path, FileMode.CreateNew, length);
        }
        catch (IOException) when (File.Exists(path) && new FileInfo(path).Length < length)
        {
            File.Delete(path);
            throw;
        }
    }

    public static PortableMappedSegment Open(string path, int length) => Map(path, FileMode.Open, length);

    public void Sync(int offset, int length)
    {
        lock (_use)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _view.Flush();
            PortableFile.Sync(_stream);
        }
    }

    public void Populate(int offset, int length)
    {
        // No such call: the writer meets the page faults itself.
    }

    public void Dispose()
    {
        lock (_use)
        {
            if (!_disposed)
            {
                _disposed = true;
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
                _view.Dispose();
                _map.Dispose();
                _stream.Dispose();
            }
        }
    }

    private static PortableMappedSegment Map(string path, FileMode mode, int length)
    {
        FileStream stream = new(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            if (stream.Length > length)
            {
                throw new InvalidDataException($"{path}: {stream.Length} bytes, longer than a segment of {length}");
            }

            // Zeros are written, not skipped over, so that the blocks exist before a store needs them.
            byte[] zeros = new byte[ZeroChunk];
            for (long at = stream.Seek(0, SeekOrigin.End); at < length; at += ZeroChunk)
            {
                stream.Write(zeros, 0, (int)Math.Min(ZeroChunk, length - at));
            }

            PortableFile.Sync(stream);
            return new PortableMappedSegment(stream, length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
