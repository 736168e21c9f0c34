namespace Floodwall.Ledger.Native;

/// <summary>Replaces a file by temporary file, flush and rename, for systems other than Linux.</summary>
internal sealed class PortableReplaceableFile(string path) : IReplaceableFile
{
    private readonly string _temporary = path + ".tmp";

    public void Replace(ReadOnlySpan<byte> content)
    {
        try
        {
            using (FileStream stream = new(_temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.WriteThrough))
            {
                stream.Write(content);
                PortableFile.Sync(stream);
            }

            File.Move(_temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            PortableFile.TryDelete(_temporary);
            throw;
        }
    }

    public void Dispose()
    {
    }
}
