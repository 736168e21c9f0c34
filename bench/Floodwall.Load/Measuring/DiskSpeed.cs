using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>
/// What the disk takes by itself, in megabytes a second: written to blocks that it may have yet to give out, and to the same blocks again.
/// Virtual disks differ by more than ten times between the two; a ledger that is not recycled grows no faster than the first.
/// </summary>
/// <param name="First">A new file, written in order and synced.</param>
/// <param name="Again">The same file written over and synced.</param>
internal readonly record struct DiskSpeed(double First, double Again)
{
    /// <summary>Bytes written for one measurement; some virtual disks take a gigabyte or so fast before the first writes become slow.</summary>
    public const long Bytes = 2L << 30;

    /// <summary>Measures; the file is deleted again.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public static DiskSpeed Measure(string folder, long bytes = Bytes)
    {
        byte[] block = new byte[1 << 20];
        new Random(20_261_120).NextBytes(block); // nothing to compress
        string path = Path.Combine(folder, $"disk-speed-{Path.GetRandomFileName()}");
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        return new DiskSpeed(Fill(file, block, bytes), Fill(file, block, bytes));
    }

    private static double Fill(FileStream file, byte[] block, long bytes)
    {
        long start = Stopwatch.GetTimestamp();
        file.Position = 0;
        for (long written = 0; written < bytes; written += block.Length)
        {
            file.Write(block);
        }

        file.Flush(flushToDisk: true);
        return bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
