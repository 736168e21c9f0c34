namespace Floodwall.Ledger;

/// <summary>
/// A file twice: as processes see it (the page cache) and as the disk holds it, page by page. Pages are arrays that are never written
/// again once they stand in a table, so images share them; null is a page of zeros. While the file is mapped its present content is
/// the map's memory. Callers hold the storage's lock.
/// </summary>
internal sealed class FaultFile
{
    public const int PageBytes = 4096;

    private static readonly byte[] Zeros = new byte[PageBytes];

    private readonly PinnedBufferPool _pool;
    private readonly Dictionary<int, byte[]?> _believed = [];
    private byte[]?[] _cache;
    private byte[]?[] _disk;
    private byte[]? _map;
    private int _maps;

    public FaultFile(PinnedBufferPool pool)
        : this(pool, [], [], 0, 0)
    {
    }

    private FaultFile(PinnedBufferPool pool, byte[]?[] cache, byte[]?[] disk, int length, int diskLength)
    {
        _pool = pool;
        _cache = cache;
        _disk = disk;
        Length = length;
        DiskLength = diskLength;
    }

    /// <summary>Length as processes see it.</summary>
    public int Length { get; private set; }

    /// <summary>Length as the disk knows it.</summary>
    public int DiskLength { get; private set; }

    public int Read(long offset, Span<byte> buffer)
    {
        int from = (int)Math.Clamp(offset, 0, Length);
        int taken = Math.Min(buffer.Length, Length - from);
        if (_map is not null)
        {
            _map.AsSpan(from, taken).CopyTo(buffer);
            return taken;
        }

        for (int done = 0; done < taken;)
        {
            int at = from + done;
            ReadOnlySpan<byte> page = (_cache[at / PageBytes] ?? Zeros).AsSpan(at % PageBytes);
            int part = Math.Min(page.Length, taken - done);
            page[..part].CopyTo(buffer[done..]);
            done += part;
        }

        return taken;
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        int at = Length;
        SetLength(Length + data.Length);
        while (!data.IsEmpty)
        {
            byte[] page = (byte[])(_cache[at / PageBytes] ?? Zeros).Clone();
            int part = Math.Min(data.Length, PageBytes - (at % PageBytes));
            data[..part].CopyTo(page.AsSpan(at % PageBytes));
            _cache[at / PageBytes] = page;
            data = data[part..];
            at += part;
        }
    }

    /// <summary>Cuts or extends with zeros; not while the file is mapped.</summary>
    public void SetLength(int length)
    {
        int pages = Pages(length);
        Array.Resize(ref _cache, pages);
        if (length < Length && length % PageBytes != 0 && _cache[pages - 1] is byte[] last)
        {
            byte[] cut = (byte[])last.Clone();
            cut.AsSpan(length % PageBytes).Clear();
            _cache[pages - 1] = cut;
        }

        if (_disk.Length < pages)
        {
            Array.Resize(ref _disk, pages);
        }

        Length = length;
    }

    /// <summary>Maps the file as long as it is; maps of one file share their memory.</summary>
    public byte[] Map()
    {
        _maps++;
        if (_map is null)
        {
            _map = _pool.Rent(Pages(Length) * PageBytes);
            for (int page = 0; page < _cache.Length; page++)
            {
                _cache[page]?.CopyTo(_map.AsSpan(page * PageBytes));
            }
        }

        return _map;
    }

    public void Unmap()
    {
        if (--_maps > 0)
        {
            return;
        }

        byte[] map = _map!;
        for (int page = 0; page < _cache.Length; page++)
        {
            Span<byte> now = map.AsSpan(page * PageBytes, PageBytes);
            if (!Same(now, _cache[page]))
            {
                _cache[page] = Copy(now);
            }

            if (_cache[page] is not null)
            {
                now.Clear();
            }
        }

        _map = null;
        _pool.Return(map);
    }

    /// <summary>Brings a range of pages to the disk: those that the kernel does not take to be there already.</summary>
    public void Sync(int offset, int length)
    {
        for (int page = offset / PageBytes; page < Pages(offset + length); page++)
        {
            if (IsDirty(page))
            {
                _disk[page] = Snapshot(page);
                _believed.Remove(page);
            }
        }
    }

    /// <summary>Brings everything to the disk, the length too.</summary>
    public void SyncAll()
    {
        Sync(0, Length);
        DiskLength = Length;
    }

    /// <summary>A sync that failed: every other page that was to be written is lost, and all are from now on taken to be on the disk.</summary>
    public void LoseSync(int offset, int length)
    {
        for (int page = offset / PageBytes; page < Pages(offset + length); page++)
        {
            if (IsDirty(page))
            {
                _believed[page] = Snapshot(page);
                if (page % 2 == 0)
                {
                    _disk[page] = _believed[page];
                    _believed.Remove(page);
                }
            }
        }
    }

    /// <summary>A store to each page of a range: the next sync writes what is not on the disk, whatever the kernel took to be there.</summary>
    public void MarkDirty(int offset, int length)
    {
        for (int page = offset / PageBytes; page < Pages(offset + length); page++)
        {
            _believed.Remove(page);
        }
    }

    /// <summary>The kernel drops what it takes to be on the disk, and reads it from there again; not while the file is mapped.</summary>
    public void Evict()
    {
        foreach (int page in _believed.Keys)
        {
            _cache[page] = _disk[page];
        }

        _believed.Clear();
    }

    /// <summary>The pages that differ from the disk, with their present content.</summary>
    public List<(int Page, byte[]? Now)> Unsynced()
    {
        List<(int, byte[]?)> unsynced = [];
        for (int page = 0; page < Pages(Length); page++)
        {
            if (!Same(Present(page), _disk[page]))
            {
                unsynced.Add((page, Snapshot(page)));
            }
        }

        return unsynced;
    }

    /// <summary>The disk's pages, for an image to change.</summary>
    public byte[]?[] DiskPages() => (byte[]?[])_disk.Clone();

    /// <summary>The file as the end of the process leaves it: nothing is lost, nothing is mapped.</summary>
    public FaultFile AfterKill(PinnedBufferPool pool)
    {
        byte[]?[] cache = new byte[]?[_cache.Length];
        for (int page = 0; page < cache.Length; page++)
        {
            cache[page] = Snapshot(page);
        }

        FaultFile copy = new(pool, cache, DiskPages(), Length, DiskLength);
        foreach ((int page, byte[]? content) in _believed)
        {
            copy._believed.Add(page, content);
        }

        return copy;
    }

    /// <summary>A file that a machine finds when it starts: seen as the disk holds it.</summary>
    public static FaultFile OnDisk(PinnedBufferPool pool, byte[]?[] pages, int length)
    {
        Array.Resize(ref pages, Pages(length));
        return new FaultFile(pool, (byte[]?[])pages.Clone(), pages, length, length);
    }

    private static int Pages(int bytes) => (bytes + PageBytes - 1) / PageBytes;

    private static bool Same(ReadOnlySpan<byte> page, byte[]? stored) => page.SequenceEqual(stored ?? Zeros);

    private static byte[]? Copy(ReadOnlySpan<byte> page) => Same(page, null) ? null : page.ToArray();

    private ReadOnlySpan<byte> Present(int page) => _map is null ? _cache[page] ?? Zeros : _map.AsSpan(page * PageBytes, PageBytes);

    private byte[]? Snapshot(int page) => _map is null ? _cache[page] : Same(Present(page), _cache[page]) ? _cache[page] : Copy(Present(page));

    private bool IsDirty(int page) => !Same(Present(page), _believed.TryGetValue(page, out byte[]? believed) ? believed : _disk[page]);
}
