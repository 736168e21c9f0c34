using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The ledger thread's half of checkpointing: decides when a tree head is due, asks for it, and leaves the rest to the
/// <see cref="CheckpointWorker"/>, so that the thread itself neither hashes nor waits for a disk.
/// </summary>
internal sealed class CheckpointCadence(LedgerWriter ledger, CheckpointWorker worker, Registrar registrar, ulong everyEntries)
{
    private bool _requested;
    private ulong _handedOver = ledger.SignedSize;

    /// <summary>A checkpoint is wanted as soon as one can be made. May be called by any thread: it is seen after some later event.</summary>
    public void Request() => Volatile.Write(ref _requested, true);

    /// <summary>Whether a checkpoint was asked for, or enough was appended since the last. On any thread, as of a moment ago.</summary>
    public bool IsDue => Volatile.Read(ref _requested) || ledger.AppendedSize - Volatile.Read(ref _handedOver) >= everyEntries;

    /// <summary>Called after every event; costs two compares when nothing is due.</summary>
    public void AfterEvent(bool endOfBatch)
    {
        bool due = Volatile.Read(ref _requested)
            || ledger.AppendedSize - _handedOver >= everyEntries
            || (endOfBatch && worker.HasWaiters);

        if (due && worker.IsIdle)
        {
            HandOver();
        }
    }

    private void HandOver()
    {
        Volatile.Write(ref _requested, false);
        if (registrar.Fault is not null || ledger.AppendedSize == _handedOver)
        {
            return;
        }

        try
        {
            _handedOver = ledger.BeginSeal();
            worker.Post();
        }
#pragma warning disable CA1031 // a ledger that cannot seal its tip must not take anything more
        catch (Exception exception)
#pragma warning restore CA1031
        {
            registrar.Fail(exception);
        }
    }
}
