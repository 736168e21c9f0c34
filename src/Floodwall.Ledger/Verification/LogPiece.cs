using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// What one thread found in a piece of the log that it checked by itself: all that depends on nothing before the piece. Whether it
/// follows on what came before is for <see cref="LedgerWalk"/> to say.
/// </summary>
internal sealed class LogPiece
{
    /// <summary>Segment of the piece.</summary>
    public required int Segment { get; init; }

    /// <summary>Offset of its first bundle; 0 where it begins with the segment's header; −1 where no bundle begins in it.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>Index that its first entry states.</summary>
    public ulong FirstIndex { get; init; }

    /// <summary>Whether it cannot be taken as it is: something is wrong in it, or it did not end where the next one begins.</summary>
    public bool Odd { get; set; }

    /// <summary>What the links within the piece agree on, folded.</summary>
    public SubtreeFold Fold { get; } = new();

    /// <summary>The digest that the piece's first link states of the bundle before; null where the piece begins with entry 0.</summary>
    public Hash256? FirstLink { get; set; }

    /// <summary>Digest of its last full bundle.</summary>
    public Hash256 LastDigest { get; set; }

    /// <summary>First index of its last bundle: what a link stands in front of.</summary>
    public ulong LastBundleIndex { get; set; }

    /// <summary>Key entries, to be checked against the keys before them.</summary>
    public List<(ulong Index, byte[] Payload)> KeyEntries { get; } = [];

    /// <summary>The roots that were asked for, as far as the piece can tell them.</summary>
    public List<PieceRoot> Roots { get; } = [];

    /// <summary>The genesis entry, where it was known or found.</summary>
    public GenesisEntry? Genesis { get; set; }

    /// <summary>The log's last, partial bundle; null where the log goes on behind the piece.</summary>
    public byte[]? Partial { get; set; }

    /// <summary>Entries of <see cref="Partial"/>.</summary>
    public int PartialCount { get; set; }

    /// <summary>Where the partial bundle begins, or the last full one ends.</summary>
    public long EndOffset { get; set; }

    /// <summary>Whether the piece ends with its segment.</summary>
    public bool EndsSegment { get; set; }

    /// <summary>A failure that is no matter of the files.</summary>
    public Exception? Failure { get; set; }
}

/// <summary>What a piece knows of a root: the subtrees of the piece before a bundle, and the root of the first entries of that bundle.</summary>
internal readonly record struct PieceRoot(ulong Size, FoldedSubtree[] Before, Hash256 Partial);
