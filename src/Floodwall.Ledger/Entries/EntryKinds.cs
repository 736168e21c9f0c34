namespace Floodwall.Ledger;

/// <summary>The kinds of entries that the ledger writes itself: the first byte of an entry. Kinds from 0x10 on are the caller's.</summary>
public static class EntryKinds
{
    /// <summary>Entry 0: what this ledger is.</summary>
    public const byte Genesis = 0x01;

    /// <summary>First entry of every bundle but the first: the digest of the bundle before.</summary>
    public const byte Link = 0x02;

    /// <summary>Written after a damaged tail was cut off.</summary>
    public const byte Recovery = 0x03;

    /// <summary>Hands the ledger over to another key, signed by both; see <see cref="KeyEntry"/>.</summary>
    public const byte Key = 0x04;
}
