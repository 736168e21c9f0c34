namespace Floodwall.Ledger.Native;

/// <summary>A new file, for systems other than Linux.</summary>
internal sealed class PortableFileWriter : IFileWriter
{
    private readonly FileStream _stream;

    public PortableFileWriter(string path, bool ownerOnly = false)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _stream = new FileStream(path, options);
    }

    public void Write(ReadOnlySpan<byte> data) => _stream.Write(data);

    public void Sync() => PortableFile.Sync(_stream);

    public void Dispose() => _stream.Dispose();
}
