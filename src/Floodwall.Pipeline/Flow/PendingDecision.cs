using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace Floodwall.Pipeline;

/// <summary>
/// A caller's wait for one decision: a pooled source of a <see cref="ValueTask{TResult}"/>. It queues itself to the thread pool
/// when it completes, so the ledger's thread never runs a caller's code and nothing is allocated.
/// </summary>
internal sealed class PendingDecision(uint ticket, ObjectPool<PendingDecision> home) : IValueTaskSource<Decision>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<Decision> _core;
    private Decision _decision;
    private Exception? _failure;

    /// <summary>Its number in the <see cref="PendingTable"/>, for the life of the object; 0 when the table had no room for it.</summary>
    public uint Ticket { get; } = ticket;

    /// <summary>What the caller waits for.</summary>
    public AckTier Tier { get; private set; }

    /// <summary>The ledger entry it waits for once appended.</summary>
    public ulong EntryIndex => _decision.EntryIndex;

    public ValueTask<Decision> Start(AckTier tier)
    {
        Tier = tier;
        return new ValueTask<Decision>(this, _core.Version);
    }

    /// <summary>Notes the decision; the caller goes on waiting for its tier.</summary>
    public void Hold(in Decision decision) => _decision = decision;

    public void Complete(AckTier reached)
    {
        _decision = _decision with { Tier = reached };
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Fail(Func<Decision, Exception> failure)
    {
        _failure = failure(_decision);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
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
        // to the pool because a caller asked too early or twice. A stale token throws here.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The decision is not there yet: await the task, and only once.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _failure = null;
            home.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Decision>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Decision>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
