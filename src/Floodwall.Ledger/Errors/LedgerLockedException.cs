namespace Floodwall.Ledger;

/// <summary>Another writer holds the ledger's lock.</summary>
public sealed class LedgerLockedException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public LedgerLockedException()
        : base("another writer holds the ledger")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerLockedException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public LedgerLockedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
