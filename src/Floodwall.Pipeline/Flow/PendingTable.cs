using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ObjectPool;

namespace Floodwall.Pipeline;

/// <summary>
/// The waits in flight, found by ticket: ring slots are unmanaged and carry a number in place of a reference. Bounded by those whose
/// outcome the wall does not know yet: a ticket whose wait is over and was not looked at is taken over once there is no other.
/// </summary>
internal sealed class PendingTable
{
    // How many tickets are looked at before a caller is turned away: a flood must not cost a walk over the table each time.
    private const int Probes = 32;

    private readonly PendingDecision?[] _byTicket;
    private readonly DefaultObjectPool<PendingDecision> _pool;
    private readonly PendingDecision _none;
    private int _made;
    private uint _probed;

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
        return pending.Ticket != 0 || TryTakeOver(out pending);
    }

    public PendingDecision this[uint ticket] => _byTicket[ticket]!;

    private bool TryTakeOver([NotNullWhen(true)] out PendingDecision? pending)
    {
        for (int i = Math.Min(Probes, _byTicket.Length - 1); i > 0; i--)
        {
            uint ticket = 1 + (Interlocked.Increment(ref _probed) % (uint)(_byTicket.Length - 1));
            if (Volatile.Read(ref _byTicket[ticket])?.TryDetach() == true)
            {
                pending = new PendingDecision(ticket, _pool);
                Volatile.Write(ref _byTicket[ticket], pending);
                return true;
            }
        }

        pending = null;
        return false;
    }

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
