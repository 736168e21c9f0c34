using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ObjectPool;

namespace Floodwall.Pipeline;

/// <summary>
/// The waits in flight, found by ticket: ring slots are unmanaged and carry a number in place of a reference. Bounded.
/// </summary>
internal sealed class PendingTable
{
    private readonly PendingDecision?[] _byTicket;
    private readonly DefaultObjectPool<PendingDecision> _pool;
    private readonly PendingDecision _none;
    private int _made;

    public PendingTable(int capacity)
    {
        _byTicket = new PendingDecision?[capacity + 1];
        _pool = new DefaultObjectPool<PendingDecision>(new Policy(this), capacity);
        _none = new PendingDecision(0, _pool);
    }

    /// <summary>A wait that nobody uses, or false when as many as the table holds are in flight.</summary>
    public bool TryRent([NotNullWhen(true)] out PendingDecision? pending)
    {
        pending = _pool.Get();
        if (pending.Ticket != 0)
        {
            return true;
        }

        pending = null;
        return false;
    }

    /// <summary>Gives back a wait that was never started.</summary>
    public void Return(PendingDecision pending) => _pool.Return(pending);

    public PendingDecision this[uint ticket] => _byTicket[ticket]!;

    private PendingDecision Make()
    {
        int ticket = Interlocked.Increment(ref _made);
        if (ticket >= _byTicket.Length)
        {
            Interlocked.Decrement(ref _made);
            return _none;
        }

        PendingDecision pending = new((uint)ticket, _pool);
        Volatile.Write(ref _byTicket[ticket], pending);
        return pending;
    }

    private sealed class Policy(PendingTable table) : PooledObjectPolicy<PendingDecision>
    {
        public override PendingDecision Create() => table.Make();

        // One without a ticket is of no use to anybody.
        public override bool Return(PendingDecision obj) => obj.Ticket != 0;
    }
}
