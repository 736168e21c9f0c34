namespace Floodwall.Ledger;

/// <summary>There is no room for the next segment. Nothing was appended; the same call may succeed once space has been freed.</summary>
public sealed class LedgerFullException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public LedgerFullException()
        : base("no room for the next segment")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerFullException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public LedgerFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
