using Microsoft.Win32.SafeHandles;

namespace Floodwall.Ledger;

/// <summary>Reads a file through its handle, not a map: a file that shrinks meanwhile ends early and does no harm.</summary>
internal sealed class FileReader : IFileReader
{
    private readonly SafeFileHandle _handle;

    private FileReader(SafeFileHandle handle)
    {
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public long Length { get; }

    public static FileReader? TryOpen(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            return new FileReader(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public int Read(long offset, Span<byte> buffer) => RandomAccess.Read(_handle, buffer, offset);

    public void Dispose() => _handle.Dispose();
}
