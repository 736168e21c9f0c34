namespace Floodwall.Ledger;

/// <summary>A sync or write of this ledger failed earlier, so nothing that follows could be promised. Reopen it to find out what is on disk.</summary>
public sealed class LedgerPoisonedException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public LedgerPoisonedException()
        : base("an earlier sync or write failed")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerPoisonedException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public LedgerPoisonedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
