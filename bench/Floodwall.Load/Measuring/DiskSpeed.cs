using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>
/// What the disk takes by itself. Disks of virtual machines, and disks with a cache of their own, take much for a while and less after
/// that; a report that wrote more than the one and was faster than the other shows the disk and not the wall.
/// </summary>
internal static class DiskSpeed
{
    /// <summary>Bytes written for one measurement.</summary>
    public const long Bytes = 256L << 20;

    /// <summary>Megabytes a second for <see cref="Bytes"/>, written in order to a new file and synced. The file stays for the shelf to delete.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public static double Measure(string folder)
    {
        byte[] block = new byte[1 << 20];
        new Random(20_261_120).NextBytes(block); // nothing to compress
        using FileStream file = new(Path.Combine(folder, $"disk-speed-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        long start = Stopwatch.GetTimestamp();
        for (long written = 0; written < Bytes; written += block.Length)
        {
            file.Write(block);
        }

        file.Flush(flushToDisk: true);
        return Bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
