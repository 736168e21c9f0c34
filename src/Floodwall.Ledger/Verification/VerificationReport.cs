using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>The result of verifying a ledger.</summary>
public sealed record VerificationReport
{
    /// <summary>The verdict.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>The verdict in words: what is wrong and where, or what was found good.</summary>
    public required string Message { get; init; }

    /// <summary>Size that the checkpoint states; 0 where it could not be read.</summary>
    public ulong SignedSize { get; init; }

    /// <summary>Whole entries that were read; those from <see cref="SignedSize"/> on are under no signature.</summary>
    public ulong AppendedSize { get; init; }

    /// <summary>
    /// Entries that were pruned: what is left of them are the hashes under which they lie in the signed tree, and the entries among
    /// them that define what later ones mean. The signed root vouches for both.
    /// </summary>
    public ulong PrunedSize { get; init; }

    /// <summary>Root that the checkpoint states; null where it could not be read.</summary>
    public Hash256? Root { get; init; }

    /// <summary>The first entry that is, or may be, wrong or missing; null where none is known.</summary>
    public ulong? FirstBadEntry { get; init; }

    /// <summary>The last entry that may be wrong, where the damage is known to a range only.</summary>
    public ulong? LastBadEntry { get; init; }

    /// <summary>The ledger's origin as its genesis entry states it; null where that could not be read.</summary>
    public string? Origin { get; init; }

    /// <summary>The vkey that the genesis entry states. Only the caller can know whether to trust it.</summary>
    public string? DeclaredKey { get; init; }

    /// <summary>The vkey in force at the signed size: the declared one, or the one that the last key entry hands over to; null where unknown.</summary>
    public string? KeyInForce { get; init; }

    /// <summary>Names of the trusted keys whose signatures of the checkpoint verified.</summary>
    public IReadOnlyList<string> KeyNames { get; init; } = [];

    /// <summary>
    /// What is wrong behind the signed entries; null where nothing is. A crash leaves such a tail, and so does an append that is going
    /// on; opening the ledger for writing cuts it. No signature covers it, so it does not make the ledger bad.
    /// </summary>
    public string? UnsignedTail { get; init; }
}
