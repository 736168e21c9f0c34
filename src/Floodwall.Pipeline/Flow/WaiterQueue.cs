using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>Callers waiting for their entry to reach a tier, in the order of their entries. Bounded by the waits there can be.</summary>
/// <param name="waits">Callers by ticket.</param>
/// <param name="capacity">The most callers that can wait.</param>
/// <param name="next">Where those go on waiting who want more than this queue's tier; null where there is no more.</param>
internal sealed class WaiterQueue(PendingTable waits, int capacity, WaiterQueue? next = null)
{
    private readonly Lock _gate = new();
    private readonly uint[] _tickets = new uint[capacity];
    private int _head;
    private int _count;
    private Func<Decision, Exception>? _failure;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public void Add(PendingDecision pending)
    {
        Func<Decision, Exception>? failure;
        lock (_gate)
        {
            failure = _failure;
            if (failure is null)
            {
                Debug.Assert(_count < _tickets.Length, "more wait than there are tickets: the oldest would be written over");
                _tickets[(_head + _count) % _tickets.Length] = pending.Ticket;
                Volatile.Write(ref _count, _count + 1);
            }
        }

        if (failure is not null)
        {
            pending.Fail(failure);
        }
    }

    /// <summary>Completes everyone whose entry lies below <paramref name="size"/>, or hands them on to the next tier's queue.</summary>
    public void Complete(ulong size, AckTier tier)
    {
        while (TakeBelow(size) is { } pending)
        {
            if (next is not null && pending.Tier > tier)
            {
                next.Add(pending);
            }
            else
            {
                pending.Complete(tier);
            }
        }
    }

    /// <summary>Fails everyone who waits, and everyone who comes to wait later.</summary>
    public void Fail(Exception failure) => Fail(_ => failure);

    /// <summary>Fails everyone who waits, and everyone who comes to wait later, each with an exception about the decision it waits for.</summary>
    public void Fail(Func<Decision, Exception> failure)
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
