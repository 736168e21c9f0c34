namespace Floodwall.Ledger.Native;

/// <summary>Single file operations by .NET's own means, for systems other than Linux, and where the system makes no difference.</summary>
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

    /// <summary>Deletes a file where that is possible; for what a failure left behind, which must not be hidden by another.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It stays.
        }
    }

    /// <summary>Flushes to the disk. Outside Linux the runtime reports a failure.</summary>
    public static void Sync(FileStream stream)
    {
#pragma warning disable RS0030 // banned for what it does on Linux, where this is not used
        stream.Flush(flushToDisk: true);
#pragma warning restore RS0030
    }
}
