namespace Floodwall.Ledger;

/// <summary>
/// The mapped segments that hold data not known to be on disk, oldest first. The appender adds and retires them; the publisher
/// syncs them, and unmaps a retired one once it is on disk.
/// </summary>
internal sealed class UnsyncedSegments : IDisposable
{
    private const int UsualCount = 64;

    private readonly Lock _gate = new();
    private readonly List<Item> _items = new(UsualCount);

    // A change of segments happens on the appender's thread, which allocates nothing while no more than these wait for the disk.
    private readonly Stack<Item> _spare = new(Enumerable.Range(0, UsualCount).Select(_ => new Item()));

    /// <summary>Adds the segment that is written from now on.</summary>
    /// <param name="segment">The segment; owned from now on.</param>
    /// <param name="synced">Bytes of it that are on disk already.</param>
    public void Add(IMappedSegment segment, int synced)
    {
        lock (_gate)
        {
            Item item = _spare.TryPop(out Item? spare) ? spare : new Item();
            item.Begin(segment, synced);
            _items.Add(item);
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

            IMappedSegment done = oldest.Segment;
            lock (_gate)
            {
                _items.RemoveAt(0);
                _spare.Push(oldest);
            }

            done.Dispose();
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

    private sealed class Item
    {
        public IMappedSegment Segment { get; private set; } = null!;

        public int Synced { get; set; }

        public int Used { get; set; }

        public bool Retired { get; set; }

        public void Begin(IMappedSegment segment, int synced)
        {
            Segment = segment;
            Synced = Used = synced;
            Retired = false;
        }
    }
}
