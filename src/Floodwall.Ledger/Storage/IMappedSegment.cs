namespace Floodwall.Ledger;

/// <summary>
/// A segment file in memory: really allocated on disk, writable, at a fixed address. <see cref="Sync"/>, <see cref="Populate"/> and
/// <see cref="IDisposable.Dispose"/> may be called from any thread; nothing may touch the memory once it was disposed.
/// </summary>
public interface IMappedSegment : IDisposable
{
    /// <summary>Address of the first byte.</summary>
    nint Address { get; }

    /// <summary>Length in bytes.</summary>
    int Length { get; }

    /// <summary>Returns once the given range is on disk. Writes that happen at the same time may or may not be.</summary>
    /// <exception cref="IOException">The sync failed: what is on disk is unknown, and trying again would not tell.</exception>
    void Sync(int offset, int length);

    /// <summary>
    /// Has the next <see cref="Sync"/> write the pages of a range even where the kernel takes them to be on disk: a failed sync may have
    /// left them so. A store to each page does that on every system known.
    /// </summary>
    void MarkDirty(int offset, int length)
    {
        for (int at = offset; at < offset + length; at += Environment.SystemPageSize)
        {
            ref byte first = ref SegmentMemory.Slice(Address, at, 1)[0];
            Volatile.Write(ref first, Volatile.Read(ref first));
        }
    }

    /// <summary>Readies the pages of a range for writing, so that the writer meets few page faults; a hint, never an error once disposed.</summary>
    /// <exception cref="IOException">Writing to the range would kill the process.</exception>
    void Populate(int offset, int length);
}
