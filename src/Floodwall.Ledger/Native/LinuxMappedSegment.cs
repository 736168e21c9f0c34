using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>
/// A segment file under <c>mmap</c>. <c>msync</c> of a range reports the file's write errors as <c>fsync</c> does, and leaves the pages
/// that were populated ahead of the writer alone.
/// </summary>
internal sealed unsafe class LinuxMappedSegment : IMappedSegment
{
    private const int ZeroChunk = 64 << 10;

    private static readonly int PageSize = Environment.SystemPageSize;

    private readonly string _path;

    // Keeps an unmapping from meeting a sync or a populate of another thread, without keeping those two from each other: a sync
    // takes as long as the disk does, and pages must be readied meanwhile. The writer's own stores are ordered by its owner.
    private readonly Lock _gate = new();
    private int _users;
    private bool _disposed;

    private LinuxMappedSegment(string path, nint address, int length)
    {
        _path = path;
        Address = address;
        Length = length;
    }

    public nint Address { get; }

    public int Length { get; }

    public static LinuxMappedSegment Create(string path, int length)
    {
        int descriptor = LinuxFile.Open(path, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenExclusive, Libc.ModeShared, "create");
        try
        {
            return Map(descriptor, path, present: 0, length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public static LinuxMappedSegment Open(string path, int length)
    {
        long present = new FileInfo(path).Length;
        if (present > length)
        {
            throw new InvalidDataException($"{path}: {present} bytes, longer than a segment of {length}");
        }

        int descriptor = LinuxFile.Open(path, Libc.OpenReadWrite, 0, "open");
        try
        {
            return Map(descriptor, path, (int)present, length);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public void Sync(int offset, int length)
    {
        ObjectDisposedException.ThrowIf(!TryUse(), this);
        try
        {
            (int start, int end) = WholePages(offset, length);
            Detach(start, offset + length);
            if (Libc.MSync(Address + start, end - start, Libc.SyncSynchronously) != 0)
            {
                throw NativeFailure.Last("msync", _path);
            }
        }
        finally
        {
            EndUse();
        }
    }

    public void Populate(int offset, int length)
    {
        if (!TryUse())
        {
            return;
        }

        try
        {
            (int start, int end) = WholePages(offset, length);
            if (Libc.MAdvise(Address + start, end - start, Libc.AdvicePopulateWrite) != 0)
            {
                // EINVAL: a kernel before 5.14 does not know the advice. Other errors are those that a store would die of.
                int error = Marshal.GetLastPInvokeError();
                if (error is not (Libc.ErrorInvalid or Libc.ErrorNotImplemented or Libc.ErrorInterrupted))
                {
                    throw NativeFailure.From(error, "madvise(MADV_POPULATE_WRITE)", _path);
                }
            }
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>Unmaps the segment, or leaves that to the sync or populate that is still at work in it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                UnmapWhenUnused();
            }
        }
    }

    /// <summary>
    /// Takes written pages out of the page table before they are synced. A sync makes each page that is mapped read-only again, with an
    /// interrupt to the core that writes the ledger for every single one; taken out beforehand they cost one for many. Their content stays in
    /// the page cache, dirty as it is, and whoever looks at them again has them back. The last page is still written to and stays.
    /// </summary>
    private void Detach(int start, int end)
    {
        int whole = end & ~(PageSize - 1);
        if (whole > start)
        {
            // An advice: where it is not taken the sync is slower, and that is all.
            _ = Libc.MAdvise(Address + start, whole - start, Libc.AdviceDoNotNeed);
        }
    }

    private bool TryUse()
    {
        lock (_gate)
        {
            _users += _disposed ? 0 : 1;
            return !_disposed;
        }
    }

    private void EndUse()
    {
        lock (_gate)
        {
            _users--;
            if (_disposed)
            {
                UnmapWhenUnused();
            }
        }
    }

    private void UnmapWhenUnused()
    {
        if (_users == 0)
        {
            _ = Libc.MUnmap(Address, Length);
        }
    }

    private static LinuxMappedSegment Map(int descriptor, string path, int present, int length)
    {
        Allocate(descriptor, path, present, length);
        LinuxFile.Sync(descriptor, path);
        nint address = Libc.MMap(0, length, Libc.ProtectReadWrite, Libc.MapShared, descriptor, 0);
        return address != -1 ? new LinuxMappedSegment(path, address, length) : throw NativeFailure.Last("mmap", path);
    }

    /// <summary>Gives every byte of the file a block on disk: a store to a hole on a full disk would be a SIGBUS.</summary>
    private static void Allocate(int descriptor, string path, int present, int length)
    {
        int result;
        do
        {
            result = Libc.FAllocate(descriptor, 0, 0, length);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == Libc.ErrorInterrupted);

        if (result == 0)
        {
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error is not (Libc.ErrorNotSupported or Libc.ErrorNotImplemented))
        {
            throw NativeFailure.From(error, "fallocate", path);
        }

        WriteZeros(path, present, length);
    }

    /// <summary>Allocates by writing, for file systems without fallocate.</summary>
    private static void WriteZeros(string path, int present, int length)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Position = present;
        byte[] zeros = new byte[ZeroChunk];
        for (int at = present; at < length; at += ZeroChunk)
        {
            stream.Write(zeros, 0, Math.Min(ZeroChunk, length - at));
        }
    }

    private (int Start, int End) WholePages(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        int start = offset & ~(PageSize - 1);
        int end = Math.Min((offset + length + PageSize - 1) & ~(PageSize - 1), Length);
        return (start, end);
    }
}
