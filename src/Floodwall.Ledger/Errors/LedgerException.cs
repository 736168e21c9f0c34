namespace Floodwall.Ledger;

/// <summary>The base of everything that a ledger refuses to do.</summary>
public abstract class LedgerException : Exception
{
    /// <summary>A refusal without particulars.</summary>
    protected LedgerException()
    {
    }

    /// <summary>A refusal; <paramref name="message"/> says what, where and what was expected.</summary>
    protected LedgerException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal and its cause.</summary>
    protected LedgerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
