using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Hashes the bundles that the appender fills, in order, and states each one's digest in the link behind it. Where there is a second
/// core it does so on a thread of its own, which is woken for many bundles at a time: then a link stands open, its digest zero, until
/// the thread comes to it, and whoever needs the tree has the rest done first (<see cref="Drain"/>).
/// </summary>
/// <remarks>
/// Of the appender's thread, but for the hashing. A crash may leave open links behind at the end of a log, above everything that was
/// signed or called durable; opening the ledger fills them in. Allocates nothing after construction.
/// </remarks>
internal sealed class BundleSealer : IDisposable
{
    // A bundle and the link behind it are two items. Waking a thread costs a system call, so it is woken for sixteen bundles, some
    // four thousand entries; as many again may come in while it gets a core before the appender has to help.
    private const int WakeAt = 32;
    private const int Capacity = 256;

    private readonly TreeTip _tip;
    private readonly LedgerState _state;
    private readonly Item[] _items = new Item[Capacity];
    // Monitors: a Lock makes its event, 56 bytes, when it is first waited for.
    private readonly object _work = new();
    private readonly object _gate = new();
    private Thread? _thread;
    private long _posted;
    private long _announced;
    private long _done;
    private bool _woken;
    private bool _stopping;

    /// <param name="tip">The tree over the bundles before; owned from now on.</param>
    /// <param name="state">Learns of a failure.</param>
    /// <param name="background">Whether to hash on a thread of its own.</param>
    public BundleSealer(TreeTip tip, LedgerState state, bool background)
    {
        _tip = tip;
        _state = state;
        if (background)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "floodwall-ledger-hash" };
            _thread.Start();
        }
    }

    /// <summary>Whether everything handed in was hashed, so that <see cref="Tip"/> is whole.</summary>
    public bool IsDone => Volatile.Read(ref _done) == _posted;

    /// <summary>The tree over the full bundles; only while <see cref="IsDone"/>.</summary>
    public TreeTip Tip => _tip;

    /// <summary>Hands in a full bundle. Its memory must stay mapped until it was hashed.</summary>
    public void Full(nint segment, int offset, int length) => Post(new Item(segment, offset, length));

    /// <summary>Hands in the place of the digest in the link behind the bundle that was handed in last.</summary>
    public void Link(nint segment, int offset) => Post(new Item(segment, offset, 0));

    /// <summary>Hashes in this thread what is left, or waits for the other one where that is at it.</summary>
    /// <exception cref="LedgerPoisonedException">A bundle could not be hashed.</exception>
    public void Drain()
    {
        while (Step())
        {
        }

        if (!IsDone)
        {
            throw _state.Poisoned();
        }
    }

    /// <summary>Ends the thread; what it left undone, and what comes later, is done in the caller's.</summary>
    public void Stop()
    {
        if (_thread is null)
        {
            return;
        }

        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _thread = null;
    }

    public void Dispose() => Stop();

    private void Post(in Item item)
    {
        if (_posted - Volatile.Read(ref _done) == Capacity)
        {
            Drain();
        }

        _items[_posted % Capacity] = item;
        Volatile.Write(ref _posted, _posted + 1);
        if (_thread is null)
        {
            Drain();
        }
        else if (_posted - _announced >= WakeAt)
        {
            _announced = _posted;
            lock (_gate)
            {
                _woken = true;
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_woken && !_stopping)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopping)
                {
                    return;
                }

                _woken = false;
            }

            while (!Volatile.Read(ref _stopping) && Step())
            {
            }
        }
    }

    private bool Step()
    {
        lock (_work)
        {
            if (_done == Volatile.Read(ref _posted) || _state.Poison is not null)
            {
                return false;
            }

            if (!TryDo(_items[_done % Capacity]))
            {
                return false;
            }

            Volatile.Write(ref _done, _done + 1);
            return true;
        }
    }

    private bool TryDo(Item item)
    {
        try
        {
            if (item.Length > 0)
            {
                _tip.AppendFullBundle(SegmentMemory.Slice(item.Segment, item.Offset, item.Length));
            }
            else
            {
                _tip.ChainDigest.CopyTo(SegmentMemory.Slice(item.Segment, item.Offset, Hash256.Size));
            }

            return true;
        }
        catch (InvalidDataException broken)
        {
            // Somebody else wrote into the segment: nothing that stands there can be vouched for any more.
            _state.Fail(broken);
            return false;
        }
    }

    /// <summary>A bundle, or, with no length, the place of a link's digest.</summary>
    private readonly record struct Item(nint Segment, int Offset, int Length);
}
