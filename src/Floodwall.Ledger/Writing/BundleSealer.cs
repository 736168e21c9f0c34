using System.Diagnostics;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Hashes the bundles that the appender fills, in order, and states each one's digest in the link behind it. Where there is a second
/// core it does so on a thread of its own, which is woken for many bundles at a time: then a link stands open, its digest zero, until
/// the thread comes to it. A tree head is an item like any other, so the appender asks for one (<see cref="BeginHead"/>) and goes on;
/// whoever signs it fetches it (<see cref="EndHead"/>).
/// </summary>
/// <remarks>
/// Of the appender's thread, but for the hashing and <see cref="EndHead"/>. A crash may leave open links behind at the end of a log, in
/// its last segment and in those before it, above everything that was signed or called durable; opening the ledger fills them in.
/// Allocates nothing after construction.
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
    private readonly Action? _threadStarted;
    private Thread? _thread;
    private TreeHead _head;
    private long _headAt = -1;
    private long _posted;
    private long _announced;
    private long _done;
    private bool _woken;
    private bool _stopping;

    /// <param name="tip">The tree over the bundles before; owned from now on.</param>
    /// <param name="state">Learns of a failure.</param>
    /// <param name="background">Whether to hash on a thread of its own.</param>
    /// <param name="threadStarted">Called first in that thread; or null.</param>
    public BundleSealer(TreeTip tip, LedgerState state, bool background, Action? threadStarted = null)
    {
        _tip = tip;
        _state = state;
        _threadStarted = threadStarted;
        if (background)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "floodwall-ledger-hash" };
            _thread.Start();
        }
    }

    /// <summary>Whether everything handed in was hashed, so that <see cref="Tip"/> is whole.</summary>
    public bool IsDone => Volatile.Read(ref _done) == _posted;

    /// <summary>The tree over the full bundles; only while <see cref="IsDone"/>.</summary>
    public TreeTip Tip
    {
        get
        {
            Debug.Assert(IsDone, "the tree is still being hashed");
            return _tip;
        }
    }

    /// <summary>Hands in a full bundle. Its memory must stay mapped until it was hashed.</summary>
    public void Full(nint segment, int offset, int length) => Post(new Item(Work.Bundle, segment, offset, length, 0));

    /// <summary>Hands in the place of the digest in the link behind the bundle that was handed in last.</summary>
    public void Link(nint segment, int offset) => Post(new Item(Work.Link, segment, offset, Hash256.Size, 0));

    /// <summary>
    /// Asks for the root over everything handed in and a part of a bundle behind it. Where one is under way, this one takes its place.
    /// </summary>
    /// <param name="segment">Where the part stands; it must stay mapped, and the entries as they are, until it was hashed.</param>
    /// <param name="offset">Of the part.</param>
    /// <param name="length">Bytes of the part; 0 where the last bundle is full.</param>
    /// <param name="size">Entries of the log.</param>
    public void BeginHead(nint segment, int offset, int length, ulong size)
    {
        Volatile.Write(ref _headAt, _posted);
        Post(new Item(Work.Head, segment, offset, length, size));
    }

    /// <summary>The head that <see cref="BeginHead"/> asked for last; hashes what is left before it in this thread, which may be another.</summary>
    /// <exception cref="LedgerPoisonedException">It could not be computed.</exception>
    public TreeHead EndHead()
    {
        long at = Volatile.Read(ref _headAt);
        while (Volatile.Read(ref _done) <= at)
        {
            // Nothing to do: unless the other thread has come to it in between.
            if (!Step() && Volatile.Read(ref _done) <= at)
            {
                throw _state.Poisoned();
            }
        }

        lock (_work)
        {
            return _head;
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
        // No room: one item's worth of helping makes some, and the other thread has the rest.
        while (_posted - Volatile.Read(ref _done) == Capacity)
        {
            if (!Step() && _state.Poison is not null)
            {
                throw _state.Poisoned();
            }
        }

        Debug.Assert(_posted - Volatile.Read(ref _done) is >= 0 and < Capacity, "the place holds an item that is still to be hashed");
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

    private void Drain()
    {
        while (Step())
        {
        }

        if (!IsDone)
        {
            throw _state.Poisoned();
        }
    }

    private void Run()
    {
        _threadStarted?.Invoke();
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
            ReadOnlySpan<byte> bytes = item.Length == 0 ? [] : SegmentMemory.Slice(item.Segment, item.Offset, item.Length);
            switch (item.Work)
            {
                case Work.Bundle:
                    _tip.AppendFullBundle(bytes);
                    break;

                case Work.Link:
                    _tip.ChainDigest.CopyTo(SegmentMemory.Slice(item.Segment, item.Offset, item.Length));
                    break;

                default:
                    ComputeHead(bytes, item.Size);
                    break;
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

    private void ComputeHead(ReadOnlySpan<byte> part, ulong size)
    {
        ulong count = size - _tip.FullSize;
        if (count >= LedgerLimits.EntriesPerBundle || count == 0 != part.IsEmpty)
        {
            // Whatever the reason: a root over anything but the log must not be signed.
            throw new InvalidDataException($"{_tip.FullSize} entries were hashed of {size}, behind which {part.Length} bytes stand");
        }

        Debug.Assert(size >= _head.Size, "a head behind the last one");
        _head = new TreeHead(size, _tip.Root(part, (int)count));
    }

    private enum Work : byte
    {
        /// <summary>A full bundle.</summary>
        Bundle,

        /// <summary>The place of a link's digest.</summary>
        Link,

        /// <summary>A part of a bundle, above which a head is wanted.</summary>
        Head,
    }

    private readonly record struct Item(Work Work, nint Segment, int Offset, int Length, ulong Size);
}
