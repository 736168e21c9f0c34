using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace Floodwall.Pipeline;

/// <summary>
/// A caller's wait for one decision: a pooled source of a <see cref="ValueTask{TResult}"/>. It queues itself to the thread pool
/// when it completes, so the ledger's thread never runs a caller's code and nothing is allocated.
/// </summary>
/// <remarks>
/// Two hold it: the wall, by its ticket, until it knows the outcome, and the caller, by the task, until it has looked. It goes back to the
/// pool when both have let go. One that the wall alone has let go of can be detached from its ticket, which is then free, while the
/// caller may still look.
/// </remarks>
internal sealed class PendingDecision(uint ticket, ObjectPool<PendingDecision> home) : IValueTaskSource<Decision>, IThreadPoolWorkItem
{
    // What happened in this use. Settled: what the caller will see is certain. The first to settle it tells the caller.
    private const int Settled = 1;
    private const int Cancelled = 2;
    private const int LeftByWall = 4;
    private const int LeftByCaller = 8;
    private const int Detached = 16;
    private const int LookedAt = 32;

    private ManualResetValueTaskSourceCore<Decision> _core;
    private Decision _decision;
    private Exception? _failure;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private int _state;

    /// <summary>Its number in the <see cref="PendingTable"/>, for the life of the object; 0 when the table had no room for it.</summary>
    public uint Ticket { get; } = ticket;

    /// <summary>What the caller waits for.</summary>
    public AckTier Tier { get; private set; }

    /// <summary>The ledger entry it waits for once appended.</summary>
    public ulong EntryIndex => _decision.EntryIndex;

    /// <summary>Begins a wait. Before the wall learns its ticket.</summary>
    /// <param name="tier">What for.</param>
    /// <param name="cancellation">Ends the caller's wait early; what the wall does stays as it is.</param>
    public ValueTask<Decision> Start(AckTier tier, CancellationToken cancellation)
    {
        Volatile.Write(ref _state, 0);
        Tier = tier;
        ValueTask<Decision> task = new(this, _core.Version);
        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation;
            _registration = cancellation.UnsafeRegister(static wait => ((PendingDecision)wait!).Cancel(), this);
        }

        return task;
    }

    /// <summary>Takes back a wait whose ticket the wall never learned.</summary>
    /// <returns>False where the caller has been told meanwhile that it is cancelled.</returns>
    public bool TryTakeBack()
    {
        // Behind this no cancellation comes.
        _registration.Dispose();
        bool untold = (Volatile.Read(ref _state) & Settled) == 0;
        Interlocked.Or(ref _state, untold ? LeftByWall | LeftByCaller : LeftByWall);
        if (untold)
        {
            GiveBack();
        }

        return untold;
    }

    /// <summary>Notes the decision; the caller goes on waiting for its tier.</summary>
    public void Hold(in Decision decision) => _decision = decision;

    public void Complete(AckTier reached)
    {
        _decision = _decision with { Tier = reached };
        LeaveByWall();
    }

    public void Fail(Func<Decision, Exception> failure)
    {
        _failure = failure(_decision);
        LeaveByWall();
    }

    /// <summary>Takes the ticket away from a wait that is over and that the caller has not looked at; false where it is none.</summary>
    public bool TryDetach()
    {
        int state = Volatile.Read(ref _state);
        return (state & (LeftByWall | LeftByCaller | Detached)) == LeftByWall
            && Interlocked.CompareExchange(ref _state, state | Detached, state) == state;
    }

    void IThreadPoolWorkItem.Execute()
    {
        if ((Volatile.Read(ref _state) & Cancelled) != 0)
        {
            _core.SetException(new OperationCanceledException(_cancellation));
            return;
        }

        // A caller that never looks must not stay on the list of its token.
        _registration.Unregister();
        if (_failure is null)
        {
            _core.SetResult(_decision);
        }
        else
        {
            _core.SetException(_failure);
        }
    }

    Decision IValueTaskSource<Decision>.GetResult(short token)
    {
        // Before anything changes: a wait that is still in flight, or that was given to somebody else since, must not go back
        // to the pool because a caller asked too early, or twice, or two of them at once. A stale token throws here.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending || (Interlocked.Or(ref _state, LookedAt) & LookedAt) != 0)
        {
            throw new InvalidOperationException("The decision is not there yet: await the task, and only once.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // A cancellation on its way would find the next use of this object: that waits for it.
            _registration.Dispose();
            _core.Reset();
            if ((Interlocked.Or(ref _state, LeftByCaller) & (LeftByWall | Detached)) == LeftByWall)
            {
                GiveBack();
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Decision>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Decision>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void LeaveByWall()
    {
        // Behind this the caller may have let go, and somebody else have it.
        int before = Interlocked.Or(ref _state, Settled | LeftByWall);
        if ((before & Settled) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else if ((before & LeftByCaller) != 0)
        {
            GiveBack();
        }
    }

    private void Cancel()
    {
        int state = Volatile.Read(ref _state);
        while ((state & Settled) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state | Settled | Cancelled, state);
            if (seen == state)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            state = seen;
        }
    }

    private void GiveBack()
    {
        _failure = null;
        _cancellation = default;
        _registration = default;
        home.Return(this);
    }
}
