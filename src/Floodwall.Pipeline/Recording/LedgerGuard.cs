using System.Runtime.CompilerServices;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Whether the ledger can record: yes, not until there is room again, or never again. A part of the registrar and never copied: a
/// struct, so that the look before each record is no further away.
/// </summary>
/// <remarks>The ledger's thread, except <see cref="Fault"/> and <see cref="Fail"/>, which are for any.</remarks>
internal struct LedgerGuard(RecordingStage? recording)
{
    private Exception? _fault;
    private bool _full;

    // Set with the fault, and while something is owed: one look tells that nothing can be decided now.
    private bool _blocked;

    /// <summary>Why the ledger can no longer record, or null.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>What has to be on record before anything is decided; null without a ledger. Set before the first command.</summary>
    public ChangeLog? Changes { get; set; }

    /// <summary>Called once, when the ledger fails, on the thread that found out; set it before the first intent.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Whether recording can be tried at all. A full disk is asked again now and then, and tells without an exception each time.</summary>
    public bool MayRecord() => !_blocked || TryUnblock();

    /// <summary>The ledger failed for good.</summary>
    public void Fail(Exception fault)
    {
        if (Interlocked.CompareExchange(ref _fault, fault, null) is null)
        {
            Volatile.Write(ref _blocked, true);
            Failed?.Invoke(fault);
        }
    }

    /// <summary>Recording failed. Whether it was the ledger: for good, or, for want of disk space, only this time.</summary>
    public bool Absorb(Exception exception)
    {
        if (exception is LedgerFullException)
        {
            _full = true;
            _blocked = true;
            return true;
        }

        if (exception is LedgerException or IOException or ObjectDisposedException)
        {
            Fail(exception);
            return true;
        }

        recording!.Abandon();
        return false;
    }

    /// <summary>Recording failed, and where it was not the ledger, what was to be written cannot be.</summary>
    public void AbsorbOrFail(Exception exception)
    {
        if (!Absorb(exception))
        {
            Fail(exception);
        }
    }

    /// <summary>As <see cref="AbsorbOrFail"/>, for what is owed now: nothing is decided until it is on record.</summary>
    public void AbsorbOwed(Exception exception)
    {
        _blocked = true;
        AbsorbOrFail(exception);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryUnblock()
    {
        if (_fault is not null)
        {
            return false;
        }

        try
        {
            if (_full && !recording!.HasRoom)
            {
                return false;
            }

            _full = false;
            Changes?.Settle();
        }
#pragma warning disable CA1031 // whatever happened, nothing goes through unrecorded
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AbsorbOrFail(exception);
            return false;
        }

        // Another thread may find the ledger failed meanwhile: either it sets the mark behind this, or its fault is seen here.
        _blocked = false;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _fault) is null)
        {
            return true;
        }

        _blocked = true;
        return false;
    }
}
