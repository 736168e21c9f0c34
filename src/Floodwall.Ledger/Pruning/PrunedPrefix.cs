using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// What is left of the entries before the first segment that still exists: the subtrees that their leaves fold to, and between them
/// the entries that were kept because they define what later ones mean. Appended in order, subtrees and leaves of kept entries give
/// the frontier of the tree at the cut, so the root that was signed over a later size vouches for every byte of it.
/// </summary>
internal sealed class PrunedPrefix
{
    private PrunedPrefix(uint firstSegment, IReadOnlyList<PrunedItem> items, GenesisEntry genesis, KeyChain keys, MerkleFrontier frontier, Hash256 digest)
    {
        FirstSegment = firstSegment;
        Items = items;
        Genesis = genesis;
        Keys = keys;
        Frontier = frontier;
        ChainDigest = digest;
    }

    /// <summary>Number of the first segment that still exists.</summary>
    public uint FirstSegment { get; }

    /// <summary>Entries before it; a multiple of 256.</summary>
    public ulong Size => Frontier.Size;

    /// <summary>Subtrees and kept entries, in the order of the log.</summary>
    public IReadOnlyList<PrunedItem> Items { get; }

    /// <summary>The genesis entry, which is always kept.</summary>
    public GenesisEntry Genesis { get; }

    /// <summary>The keys up to the cut; key entries are always kept.</summary>
    public KeyChain Keys { get; }

    /// <summary>The tree over the pruned entries.</summary>
    public MerkleFrontier Frontier { get; }

    /// <summary>Chain digest of the last pruned bundle, which the first entry left states.</summary>
    public Hash256 ChainDigest { get; }

    /// <summary>The entries that were kept, with their indexes.</summary>
    public IEnumerable<(ulong Index, byte[] Entry)> Kept
    {
        get
        {
            ulong index = 0;
            foreach (PrunedItem item in Items)
            {
                if (item.Entry is not null)
                {
                    yield return (index, item.Entry);
                }

                index += item.Leaves;
            }
        }
    }

    /// <summary>Puts a prefix together and checks all that can be checked without the rest of the log.</summary>
    /// <returns>Null where it is sound, else what is wrong.</returns>
    public static string? TryBuild(uint firstSegment, ulong size, IReadOnlyList<PrunedItem> items, out PrunedPrefix? prefix)
    {
        prefix = null;
        if (firstSegment is 0 or > LedgerLimits.MaxSegmentNumber || size == 0 || size > LedgerLimits.MaxIndex || size % LedgerLimits.EntriesPerBundle != 0)
        {
            return $"it states {size} entries before segment {firstSegment}, which no ledger can have";
        }

        MerkleFrontier all = new();
        MerkleFrontier lastBundle = new();
        GenesisEntry? genesis = null;
        KeyChain? keys = null;
        ulong beforeLast = size - LedgerLimits.EntriesPerBundle;
        foreach (PrunedItem item in items)
        {
            ulong at = all.Size;
            if (at + item.Leaves > size || (at < beforeLast && at + item.Leaves > beforeLast))
            {
                return $"a subtree of {item.Leaves} entries does not fit at entry {at} of {size}";
            }

            if (at % item.Leaves != 0)
            {
                return $"a subtree of {item.Leaves} entries stands at entry {at}, which is no multiple";
            }

            if (item.Entry is { } entry && CheckKept(entry, at, ref genesis, ref keys) is string wrong)
            {
                return $"the kept entry {at}: {wrong}";
            }

            FoldedSubtree node = item.Node;
            all.AppendSubtree(node.Root, node.Height);
            if (at >= beforeLast)
            {
                lastBundle.AppendSubtree(node.Root, node.Height);
            }
        }

        if (all.Size != size || genesis is null)
        {
            return genesis is null ? "the genesis entry is missing" : $"its parts cover {all.Size} entries, not {size}";
        }

        prefix = new PrunedPrefix(firstSegment, items, genesis, keys!, all, lastBundle.Root());
        return null;
    }

    private static string? CheckKept(ReadOnlySpan<byte> entry, ulong index, ref GenesisEntry? genesis, ref KeyChain? keys)
    {
        if (EntryForm.Check(entry, index, out GenesisEntry? first) is string problem)
        {
            return problem;
        }

        if (index == 0)
        {
            genesis = first;
            keys = new KeyChain(first!.Key);
            return null;
        }

        return genesis is null ? "the genesis entry is missing before it"
            : entry[0] == EntryKinds.Key ? keys!.Apply(index, entry[LedgerLimits.EntryHeaderBytes..])
            : null;
    }
}
