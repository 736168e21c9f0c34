namespace Floodwall.Ledger.Native;

/// <summary>Single file operations by .NET's own means, for systems other than Linux.</summary>
internal static class PortableFile
{
    public static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public static void Trim(string path, int length)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.SetLength(length);
        Sync(stream);
    }

    /// <summary>Flushes to the disk. Outside Linux the runtime reports a failure.</summary>
    public static void Sync(FileStream stream)
    {
#pragma warning disable RS0030 // banned for what it does on Linux, where this is not used
        stream.Flush(flushToDisk: true);
#pragma warning restore RS0030
    }
}
