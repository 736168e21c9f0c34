using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>
/// A segment file under <c>mmap</c>. <c>msync</c> of a range reports the file's write errors as <c>fsync</c> does, and leaves what was
/// populated ahead of the writer alone, but for the folio that the range ends in.
/// </summary>
internal sealed unsafe class LinuxMappedSegment : IMappedSegment
{
    // A write of this size gets one folio of the page cache where the file system has large ones. Larger ones are cheaper to fill, and a
    // sync of the last one then takes the writer's pages away one by one for longer (docs/decisions/0009).
    private const int FolioBytes = 64 << 10;

    // What a larger segment has beyond this is readied by populating alone: as many dirty zeros would make the kernel write them out.
    private const int MostZeros = 64 << 20;

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

    /// <summary>Makes a segment of an old file; null where that cannot be done, and the file is then as it was.</summary>
    public static LinuxMappedSegment? TryReuse(string old, string path, int length)
    {
        if (new FileInfo(old).LinkTarget is not null)
        {
            return null;
        }

        int descriptor = LinuxFile.Open(old, Libc.OpenReadWrite, 0, "open");
        try
        {
            if (!LinuxFile.IsSoleName(descriptor, length) || !TryReserve(descriptor, old, length, Libc.AllocateZeroRange))
            {
                return null;
            }

            // Everything that can fail comes before the name.
            LinuxMappedSegment made = Map(descriptor, path, present: 0, length);
            try
            {
                LinuxFile.Rename(old, path);
                return made;
            }
            catch
            {
                made.Dispose();
                throw;
            }
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
    /// interrupt to the core that writes the ledger for every single one and a lock that its page faults wait for; taken out beforehand
    /// they cost one for many. Their content stays in the page cache, dirty as it is, and whoever looks at them again has them back. The
    /// folio that is still written to goes too, with the pages ahead in it: all of a folio is synced together.
    /// </summary>
    private void Detach(int start, int end)
    {
        int whole = Math.Min((end + FolioBytes - 1) & ~(FolioBytes - 1), Length);
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
        bool reserved = TryReserve(descriptor, path, length, mode: 0);
        if (!reserved)
        {
            WriteZeros(descriptor, path, present, length);
        }

        LinuxFile.Sync(descriptor, path);
        if (reserved)
        {
            WriteZeros(descriptor, path, present, Math.Min(length, MostZeros));
        }

        nint address = Libc.MMap(0, length, Libc.ProtectReadWrite, Libc.MapShared, descriptor, 0);
        return address != -1 ? new LinuxMappedSegment(path, address, length) : throw NativeFailure.Last("mmap", path);
    }

    /// <summary>
    /// Gives every byte of the file a block on disk, since a store to a hole on a full disk would be a SIGBUS; false where the file
    /// system cannot. <see cref="Libc.AllocateZeroRange"/> makes all of them zero, in the blocks that are there.
    /// </summary>
    private static bool TryReserve(int descriptor, string path, int length, int mode)
    {
        int result;
        do
        {
            result = Libc.FAllocate(descriptor, mode, 0, length);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == Libc.ErrorInterrupted);

        int error = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error switch
        {
            0 => true,
            Libc.ErrorNotSupported or Libc.ErrorNotImplemented => false,
            _ => throw NativeFailure.From(error, "fallocate", path),
        };
    }

    /// <summary>
    /// Writes zeros behind the end of what was there, which allocates where there is no fallocate; and where there is, puts the pages into
    /// the page cache before anybody maps them. The kernel does that for many at a time here, and reads each out of the void where a store
    /// or a populate is the first to touch it (docs/decisions/0009).
    /// </summary>
    private static void WriteZeros(int descriptor, string path, int from, int to)
    {
        byte* zeros = (byte*)NativeMemory.AllocZeroed(FolioBytes);
        try
        {
            bool written = Libc.LSeek(descriptor, from, Libc.SeekFromStart) == from;
            for (int at = from; at < to && written;)
            {
                int end = Math.Min((at & ~(FolioBytes - 1)) + FolioBytes, to);
                written = LinuxFile.TryWriteAll(descriptor, new ReadOnlySpan<byte>(zeros, end - at));
                at = end;
            }

            if (!written)
            {
                throw NativeFailure.Last("write zeros to", path);
            }
        }
        finally
        {
            NativeMemory.Free(zeros);
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
