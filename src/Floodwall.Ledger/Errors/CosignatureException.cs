namespace Floodwall.Ledger;

/// <summary>A cosignature that names a known witness is not one of any checkpoint that was sent to it.</summary>
public sealed class CosignatureException : LedgerException
{
    /// <summary>The failure without particulars.</summary>
    public CosignatureException()
        : base("a cosignature does not verify")
    {
    }

    /// <summary>The failure; <paramref name="message"/> says what, where and what was expected.</summary>
    public CosignatureException(string message)
        : base(message)
    {
    }

    /// <summary>The failure and its cause.</summary>
    public CosignatureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
