using System.Diagnostics;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The thread that syncs, signs and publishes tree heads, and completes the callers who wait for Durable or Signed; those who wait for
/// Witnessed go on to the <see cref="WitnessWorker"/>. One cycle at a time: whatever is appended meanwhile shares the next one, which is
/// group commit.
/// </summary>
internal sealed class CheckpointWorker : IDisposable
{
    // How soon a checkpoint is asked for again that could not be begun at once, or that somebody waits for.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(1);

    // How long it is left to the next submitter to begin a head, where that can be.
    private static readonly TimeSpan Patience = TimeSpan.FromMicroseconds(100);

    private readonly LedgerWriter _ledger;
    private readonly Registrar _registrar;
    private readonly TimeSpan _interval;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private readonly WaiterQueue _durable;
    private readonly WaiterQueue _signed;
    private int _busy;
    private Func<bool, bool> _requestCheckpoint = static _ => false;
    private Func<bool> _isDue = static () => false;
    private Action? _threadStarted;
    private bool _stopping;

    /// <param name="ledger">The ledger whose heads are published.</param>
    /// <param name="registrar">Told when the ledger fails.</param>
    /// <param name="waits">Callers by ticket.</param>
    /// <param name="interval">How long something may stay unsigned.</param>
    /// <param name="maxPending">The most callers that can wait.</param>
    /// <param name="witness">Told of each published checkpoint; null where none are witnessed.</param>
    public CheckpointWorker(
        LedgerWriter ledger,
        Registrar registrar,
        PendingTable waits,
        TimeSpan interval,
        int maxPending,
        WitnessWorker? witness)
    {
        _ledger = ledger;
        _registrar = registrar;
        _interval = interval;
        _durable = new WaiterQueue(waits, maxPending);
        _signed = new WaiterQueue(waits, maxPending, witness?.Waiters);
        ledger.Publisher.Durable = size => _durable.Complete(size, AckTier.Durable);
        ledger.Publisher.Signed = size =>
        {
            _signed.Complete(size, AckTier.Signed);
            witness?.Post();
        };
        registrar.Failed = Fail;
        _thread = new Thread(Run) { IsBackground = true, Name = "floodwall-checkpoint" };
    }

    /// <summary>Whether a head can be posted.</summary>
    public bool IsIdle => Volatile.Read(ref _busy) == 0;

    /// <summary>Whether somebody waits for more than Appended.</summary>
    public bool HasWaiters => !_durable.IsEmpty || !_signed.IsEmpty;

    /// <param name="requestCheckpoint">
    /// Has a tree head begun by whoever appends next, or, where it is given true, here if need be; false where that is to be asked again.
    /// </param>
    /// <param name="isDue">Whether another is wanted as soon as one is published.</param>
    /// <param name="threadStarted">Called first in the thread; or null.</param>
    public void Start(Func<bool, bool> requestCheckpoint, Func<bool> isDue, Action? threadStarted)
    {
        _requestCheckpoint = requestCheckpoint;
        _isDue = isDue;
        _threadStarted = threadStarted;
        _thread.Start();
    }

    /// <summary>A head was begun (<see cref="LedgerWriter.BeginSeal"/>). Only when idle, only by whoever appends.</summary>
    public void Post()
    {
        Volatile.Write(ref _busy, 1);

        // A system call, which the worker can spare itself, and whoever waits for the turn that it has.
        if (Environment.CurrentManagedThreadId != _thread.ManagedThreadId)
        {
            _wake.Set();
        }
    }

    /// <summary>A caller's decision is appended and it waits for more.</summary>
    public void Await(PendingDecision pending) => (pending.Tier == AckTier.Durable ? _durable : _signed).Add(pending);

    /// <summary>The ledger failed: whoever waits learns it, now and later.</summary>
    public void Fail(Exception failure)
    {
        _durable.Fail(failure);
        _signed.Fail(failure);
    }

    /// <summary>Ends the thread after the cycle in progress.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopping, true);
        _wake.Set();
        _thread.Join();
    }

    /// <summary>
    /// One whole cycle on the calling thread, for the head that was begun: hash what is left, sync, sign, publish, tell. After
    /// <see cref="Stop"/>, or on the worker's thread.
    /// </summary>
    public void Publish()
    {
        try
        {
            _ledger.Publisher.Publish(_ledger.EndSeal());
        }
#pragma warning disable CA1031 // a failed sync or signature: nothing more may go through, and nobody may believe it did
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _registrar.Fail(exception);
        }
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        _threadStarted?.Invoke();
        bool retry = false;
        while (!Volatile.Read(ref _stopping) || !IsIdle)
        {
            if (IsIdle && _wake.WaitOne((retry || HasWaiters) && _interval > RetryInterval ? RetryInterval : _interval) && IsIdle)
            {
                // The signal of a head that was seen without it: the time is not up.
                continue;
            }

            retry = false;
            if (!IsIdle)
            {
                Publish();

                // A full fence: either the ledger's thread sees the idle worker behind a new waiter, or this thread sees the waiter.
                Interlocked.Exchange(ref _busy, 0);
                if (HasWaiters || _isDue())
                {
                    retry = !TryBegin();
                }
            }
            else if ((HasWaiters || _ledger.AppendedSize > _ledger.SignedSize) && _registrar.Fault is null)
            {
                retry = !TryBegin();
            }
        }
    }

    // Where submitters run the stages, the next one begins the head in passing. This thread would need the turn for it, and may lose its
    // core while it has it, to the hashing that it wakes if to nobody else: then all intents would wait for some milliseconds.
    private bool TryBegin()
    {
        if (_requestCheckpoint(false))
        {
            return true;
        }

        long start = Stopwatch.GetTimestamp();
        while (IsIdle && Stopwatch.GetElapsedTime(start) < Patience)
        {
            Thread.Yield();
        }

        return !IsIdle || _requestCheckpoint(true);
    }
}
