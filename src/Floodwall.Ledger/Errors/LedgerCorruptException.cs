namespace Floodwall.Ledger;

/// <summary>The ledger is damaged where it was already promised to be whole, so it is not opened for writing.</summary>
public sealed class LedgerCorruptException : LedgerException
{
    /// <summary>Damage without particulars.</summary>
    public LedgerCorruptException()
        : base("the ledger is damaged")
    {
    }

    /// <summary>Damage; <paramref name="message"/> says what, where and what was expected.</summary>
    public LedgerCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Damage and its cause.</summary>
    public LedgerCorruptException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Damage at an entry.</summary>
    public LedgerCorruptException(string message, ulong firstBadEntry)
        : base(message) => FirstBadEntry = firstBadEntry;

    /// <summary>The first entry that is missing or wrong, where it is known.</summary>
    public ulong? FirstBadEntry { get; }
}
