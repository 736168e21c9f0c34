using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Floodwall.Pipeline;

/// <summary>An intent while it waits.</summary>
internal struct QueuedIntent
{
    public Intent Intent;

    /// <summary>The wall's clock when it was admitted.</summary>
    public ulong AdmittedTick;

    /// <summary>The caller that waits for it; 0 for none.</summary>
    public uint Ticket;

    /// <summary>The next in its lane, or the next free slot; -1 for none.</summary>
    public int Next;
}

/// <summary>
/// The bounded priority queue: one first-in-first-out lane per priority, all in one preallocated slab. O(1), no allocation.
/// </summary>
internal sealed class PriorityLanes
{
    private const int Lanes = (int)Priority.Pager + 1;
    private const int None = -1;

    private readonly QueuedIntent[] _slab;
    private LaneEnds _heads;
    private LaneEnds _tails;
    private uint _occupied;
    private int _free;
    private int _untouched;

    /// <param name="capacity">The most intents at once, over all lanes.</param>
    public PriorityLanes(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _slab = new QueuedIntent[capacity];
        _free = None;
        for (int lane = 0; lane < Lanes; lane++)
        {
            _heads[lane] = None;
            _tails[lane] = None;
        }
    }

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    public bool IsFull => Count == _slab.Length;

    /// <summary>Puts an intent at the end of its lane. The queue must not be full.</summary>
    public void Enqueue(in Intent intent, ulong admittedTick, uint ticket)
    {
        Debug.Assert(!IsFull, "checked by admission");
        Debug.Assert((int)intent.Priority < Lanes, "checked at the edge");
        int at = Claim();
        ref QueuedIntent slot = ref _slab[at];
        slot.Intent = intent;
        slot.AdmittedTick = admittedTick;
        slot.Ticket = ticket;
        slot.Next = None;

        int lane = (int)intent.Priority;
        if (_tails[lane] == None)
        {
            _heads[lane] = at;
            _occupied |= 1u << lane;
        }
        else
        {
            _slab[_tails[lane]].Next = at;
        }

        _tails[lane] = at;
        Count++;
    }

    /// <summary>
    /// Takes out the oldest intent of the highest priority. The reference holds until the next <see cref="Enqueue"/>.
    /// The queue must not be empty.
    /// </summary>
    public ref readonly QueuedIntent Dequeue()
    {
        Debug.Assert(!IsEmpty, "checked by the caller");
        Debug.Assert(_occupied != 0 && _occupied < 1u << Lanes, "something waits, in one of the lanes");
        int lane = BitOperations.Log2(_occupied);
        int at = _heads[lane];
        Debug.Assert(at != None && (int)_slab[at].Intent.Priority == lane, "the mark and the lane disagree");
        ref QueuedIntent slot = ref _slab[at];

        _heads[lane] = slot.Next;
        if (slot.Next == None)
        {
            _tails[lane] = None;
            _occupied &= ~(1u << lane);
        }

        slot.Next = _free;
        _free = at;
        Count--;
        return ref slot;
    }

    /// <summary>
    /// The next intent in the order in which they would leave, behind the one in slot <paramref name="slot"/> (-1: the first);
    /// false behind the last.
    /// </summary>
    public bool Next(ref int slot, out QueuedIntent queued)
    {
        int lane = slot == None ? Lanes : (int)_slab[slot].Intent.Priority;
        slot = slot == None ? None : _slab[slot].Next;
        while (slot == None && --lane >= 0)
        {
            slot = _heads[lane];
        }

        queued = slot == None ? default : _slab[slot];
        return slot != None;
    }

    // Freed slots first; slots never used before stay untouched, and so do their pages.
    private int Claim()
    {
        int at = _free;
        Debug.Assert(at != None || _untouched == Count, "with no slot free, those in use are those ever touched");
        if (at == None)
        {
            return _untouched++;
        }

        _free = _slab[at].Next;
        return at;
    }

    [InlineArray(Lanes)]
    private struct LaneEnds
    {
        private int _first;
    }
}
