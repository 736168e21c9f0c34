namespace Floodwall.Ledger;

/// <summary>
/// The mapped segments that hold data not known to be on disk, oldest first. The appender adds and retires them; the publisher
/// syncs them, and unmaps a retired one once it is on disk.
/// </summary>
internal sealed class UnsyncedSegments : IDisposable
{
    private const int UsualCount = 16;

    private readonly Lock _gate = new();
    private readonly List<Item> _items = new(UsualCount);

    /// <summary>Adds the segment that is written from now on.</summary>
    /// <param name="segment">The segment; owned from now on.</param>
    /// <param name="synced">Bytes of it that are on disk already.</param>
    public void Add(IMappedSegment segment, int synced)
    {
        lock (_gate)
        {
            _items.Add(new Item(segment) { Synced = synced, Used = synced });
        }
    }

    /// <summary>States how far the newest segment is written, and whether it will be written no more.</summary>
    public void SetUsed(int bytes, bool retire)
    {
        lock (_gate)
        {
            Item newest = _items[^1];
            newest.Used = bytes;
            newest.Retired = retire;
        }
    }

    /// <summary>Returns once all that <see cref="SetUsed"/> stated before the call is on disk. One caller at a time.</summary>
    /// <exception cref="IOException">A sync failed.</exception>
    public void Sync()
    {
        while (true)
        {
            Item oldest;
            int used;
            bool retired;
            lock (_gate)
            {
                oldest = _items[0];
                used = oldest.Used;
                retired = oldest.Retired;
            }

            if (used > oldest.Synced)
            {
                oldest.Segment.Sync(oldest.Synced, used - oldest.Synced);
                oldest.Synced = used;
            }

            if (!retired)
            {
                return;
            }

            lock (_gate)
            {
                _items.RemoveAt(0);
            }

            oldest.Segment.Dispose();
        }
    }

    /// <summary>Unmaps all segments.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Item item in _items)
            {
                item.Segment.Dispose();
            }

            _items.Clear();
        }
    }

    private sealed class Item(IMappedSegment segment)
    {
        public IMappedSegment Segment { get; } = segment;

        public int Synced { get; set; }

        public int Used { get; set; }

        public bool Retired { get; set; }
    }
}
