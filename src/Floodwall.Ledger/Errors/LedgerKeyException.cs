namespace Floodwall.Ledger;

/// <summary>The ledger belongs to another key than the one it was opened with.</summary>
public sealed class LedgerKeyException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public LedgerKeyException()
        : base("the ledger belongs to another key")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerKeyException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public LedgerKeyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
