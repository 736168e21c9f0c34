namespace Floodwall.Ledger;

/// <summary>What the threads around one ledger share: how far each stage has come, and whether it may go on at all.</summary>
internal sealed class LedgerState
{
    private ulong _appended;
    private ulong _sealed;
    private ulong _durable;
    private ulong _signed;
    private Exception? _poison;

    /// <summary>Entries published in memory; written by the appender.</summary>
    public ulong Appended
    {
        get => Volatile.Read(ref _appended);
        set => Volatile.Write(ref _appended, value);
    }

    /// <summary>The largest size a root was computed for; written by whoever fetched it.</summary>
    public ulong Sealed
    {
        get => Volatile.Read(ref _sealed);
        set => Volatile.Write(ref _sealed, value);
    }

    /// <summary>Entries known to be on disk; written by the publisher.</summary>
    public ulong Durable
    {
        get => Volatile.Read(ref _durable);
        set => Volatile.Write(ref _durable, value);
    }

    /// <summary>Entries under the published checkpoint; written by the publisher.</summary>
    public ulong Signed
    {
        get => Volatile.Read(ref _signed);
        set => Volatile.Write(ref _signed, value);
    }

    /// <summary>Why nothing may be promised any more; null while all is well.</summary>
    public Exception? Poison => Volatile.Read(ref _poison);

    /// <summary>Ends the ledger's life for good; the first cause is kept.</summary>
    public LedgerPoisonedException Fail(Exception cause)
    {
        Interlocked.CompareExchange(ref _poison, cause, null);
        return Poisoned();
    }

    /// <summary>The exception that tells a caller of the earlier failure.</summary>
    public LedgerPoisonedException Poisoned()
    {
        Exception cause = Poison ?? throw new InvalidOperationException("the ledger is not poisoned");
        return new LedgerPoisonedException(
            $"the ledger takes nothing more, because an earlier sync or write failed: {cause.Message}", cause);
    }
}
