namespace Floodwall.Pipeline;

/// <summary>Callers waiting for their entry to reach a tier, in the order of their entries. Bounded by the waits there can be.</summary>
internal sealed class WaiterQueue(PendingTable waits, int capacity)
{
    private readonly Lock _gate = new();
    private readonly uint[] _tickets = new uint[capacity];
    private int _head;
    private int _count;
    private Exception? _failure;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public void Add(PendingDecision pending)
    {
        Exception? failure;
        lock (_gate)
        {
            failure = _failure;
            if (failure is null)
            {
                _tickets[(_head + _count) % _tickets.Length] = pending.Ticket;
                Volatile.Write(ref _count, _count + 1);
            }
        }

        if (failure is not null)
        {
            pending.Fail(failure);
        }
    }

    /// <summary>Completes everyone whose entry lies below <paramref name="size"/>.</summary>
    public void Complete(ulong size, AckTier tier)
    {
        while (TakeBelow(size) is { } pending)
        {
            pending.Complete(tier);
        }
    }

    /// <summary>Fails everyone who waits, and everyone who comes to wait later.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
        }

        while (TakeBelow(ulong.MaxValue) is { } pending)
        {
            pending.Fail(failure);
        }
    }

    private PendingDecision? TakeBelow(ulong size)
    {
        lock (_gate)
        {
            if (_count == 0 || waits[_tickets[_head]].EntryIndex >= size)
            {
                return null;
            }

            PendingDecision pending = waits[_tickets[_head]];
            _head = (_head + 1) % _tickets.Length;
            Volatile.Write(ref _count, _count - 1);
            return pending;
        }
    }
}
