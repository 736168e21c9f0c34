using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>The sizes of a log whose roots somebody wants, and the roots found. Which are wanted never changes, so any thread may ask.</summary>
internal sealed class WantedRoots
{
    private readonly ulong[] _sizes;
    private readonly List<TreeHead> _found = [];

    /// <summary>The roots of the empty log and, of pruned sizes, those that fall between two of the parts that are left, are found at once.</summary>
    public WantedRoots(ReadOnlySpan<ulong> sizes, IReadOnlyList<PrunedItem> pruned)
    {
        _sizes = [.. sizes.ToArray().Distinct()];
        MerkleFrontier frontier = new();
        NoteIfWanted(frontier);
        foreach (PrunedItem item in pruned)
        {
            frontier.AppendSubtree(item.Node.Root, item.Node.Height);
            NoteIfWanted(frontier);
        }
    }

    /// <summary>The roots found.</summary>
    public IReadOnlyList<TreeHead> Found => _found;

    /// <summary>The wanted sizes that end within a bundle: above the first index, up to the next.</summary>
    public IEnumerable<ulong> Within(ulong first, ulong next)
    {
        // Once per bundle, and almost always none.
        foreach (ulong size in _sizes)
        {
            if (size > first && size <= next)
            {
                return _sizes.Where(wanted => wanted > first && wanted <= next);
            }
        }

        return [];
    }

    /// <summary>Takes in a root.</summary>
    public void Note(ulong size, Hash256 root) => _found.Add(new TreeHead(size, root));

    /// <summary>A root; false where it was not asked for or not reached.</summary>
    public bool TryGet(ulong size, out Hash256 root)
    {
        foreach (TreeHead head in _found)
        {
            if (head.Size == size)
            {
                root = head.Root;
                return true;
            }
        }

        root = default;
        return false;
    }

    private void NoteIfWanted(MerkleFrontier frontier)
    {
        if (Array.IndexOf(_sizes, frontier.Size) >= 0)
        {
            Note(frontier.Size, frontier.Root());
        }
    }
}
