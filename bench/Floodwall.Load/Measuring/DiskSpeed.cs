using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>
/// What the disk takes by itself. Disks of virtual machines, and disks with a cache of their own, take much for a while and less after
/// that; a report whose ledgers grew faster than this had credit that a longer run would not have.
/// </summary>
internal static class DiskSpeed
{
    /// <summary>Bytes written for one measurement.</summary>
    public const long Bytes = 256L << 20;

    /// <summary>
    /// Megabytes a second for so many bytes, written in order to a new file and synced; the file is deleted again. Asked only when
    /// all else is measured: what is written here is taken from the disk's credit.
    /// </summary>
    /// <exception cref="IOException">There is no room.</exception>
    public static double Measure(string folder, long bytes = Bytes)
    {
        byte[] block = new byte[1 << 20];
        new Random(20_261_120).NextBytes(block); // nothing to compress
        string path = Path.Combine(folder, $"disk-speed-{Path.GetRandomFileName()}");
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        long start = Stopwatch.GetTimestamp();
        for (long written = 0; written < bytes; written += block.Length)
        {
            file.Write(block);
        }

        file.Flush(flushToDisk: true);
        return bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
