namespace Floodwall.Ledger.Native;

/// <summary>A new file, for systems other than Linux.</summary>
internal sealed class PortableFileWriter(string path) : IFileWriter
{
    private readonly FileStream _stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(ReadOnlySpan<byte> data) => _stream.Write(data);

    public void Sync() => PortableFile.Sync(_stream);

    public void Dispose() => _stream.Dispose();
}
