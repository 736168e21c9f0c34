namespace Floodwall.Ledger;

/// <summary>Signing was refused because it would leave two roots at one size, or go back behind what was signed.</summary>
public sealed class LedgerForkException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public LedgerForkException()
        : base("two roots at one size")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerForkException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public LedgerForkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
