namespace Floodwall.Ledger;

/// <summary>An entry of a ledger; valid until the cursor moves on.</summary>
public readonly ref struct LedgerEntry
{
    internal LedgerEntry(ulong index, ReadOnlySpan<byte> bytes)
    {
        Index = index;
        Bytes = bytes;
    }

    /// <summary>Index in the log.</summary>
    public ulong Index { get; }

    /// <summary>The whole entry, 7 to 4094 bytes: what the leaf hash covers.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Kind: one of <see cref="EntryKinds"/>, or 0x10 and above for the caller's own.</summary>
    public byte Kind => Bytes[0];

    /// <summary>The bytes behind kind and index.</summary>
    public ReadOnlySpan<byte> Payload => Bytes[LedgerLimits.EntryHeaderBytes..];
}
