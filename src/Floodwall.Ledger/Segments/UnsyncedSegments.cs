using System.Diagnostics;

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

    /// <summary>The newest segment is written so far and no further; the next <see cref="BeginSeal"/> takes in all of it.</summary>
    public void Retire(int bytes)
    {
        lock (_gate)
        {
            _items[^1].Written = bytes;
        }
    }

    /// <summary>Marks how far a head goes that is going to be computed: the retired segments to their ends, and the newest so far.</summary>
    public void BeginSeal(int bytes)
    {
        lock (_gate)
        {
            for (int i = 0; i < _items.Count - 1; i++)
            {
                _items[i].Marked = _items[i].Written;
                _items[i].IsWhole = true;
            }

            Debug.Assert(bytes >= _items[^1].Marked, "a head behind the last one");
            _items[^1].Marked = bytes;
        }
    }

    /// <summary>
    /// All that was marked is hashed, and every link in it states its digest: it is to be synced now, and the segments that lie in it
    /// whole may be unmapped.
    /// </summary>
    public void EndSeal()
    {
        lock (_gate)
        {
            foreach (Item item in _items)
            {
                Debug.Assert(item.Marked >= item.Used, "let go of again what was let through");
                Debug.Assert(item.Used >= item.Synced, "on disk before it was let through");
                item.Used = item.Marked;
                item.Retired = item.IsWhole;
            }
        }
    }

    /// <summary>Returns once all that <see cref="EndSeal"/> let through before the call is on disk. One caller at a time.</summary>
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

        /// <summary>Bytes to be synced.</summary>
        public int Used { get; set; }

        /// <summary>Bytes of the whole, once it is retired.</summary>
        public int Written { get; set; }

        /// <summary>Bytes that the head under way takes in.</summary>
        public int Marked { get; set; }

        /// <summary>Whether that head takes in all of it.</summary>
        public bool IsWhole { get; set; }

        /// <summary>Whether it is to be unmapped once it is synced.</summary>
        public bool Retired { get; set; }

        public void Begin(IMappedSegment segment, int synced)
        {
            Segment = segment;
            Synced = Used = Marked = synced;
            Retired = IsWhole = false;
        }
    }
}
