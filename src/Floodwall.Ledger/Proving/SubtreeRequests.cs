using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Learns which subtrees a computation needs by letting it run on meaningless hashes: which ones a proof asks for depends on index and
/// sizes alone.
/// </summary>
/// <param name="size">Leaves in the tree; subtrees that reach past them are refused.</param>
internal sealed class SubtreeRequests(ulong size) : ISubtreeReader
{
    private readonly HashSet<Subtree> _wanted = [];
    private readonly Dictionary<ulong, List<Subtree>> _withinBundles = [];

    /// <summary>Whether a subtree of a bundle or more is needed.</summary>
    public bool Wants(Subtree subtree) => _wanted.Contains(subtree);

    /// <summary>The subtrees within a bundle that are needed: for them its leaves must be hashed.</summary>
    public IReadOnlyList<Subtree> Within(ulong bundle) => _withinBundles.TryGetValue(bundle, out List<Subtree>? wanted) ? wanted : [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The subtree does not lie wholly within the tree.</exception>
    public Hash256 ReadSubtree(int level, ulong index)
    {
        if (level is < 0 or >= MerkleFrontier.MaxPeaks || index >= size >> level)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"subtree {index} of 2^{level} leaves does not lie wholly within a tree of {size}");
        }

        Subtree subtree = new(level, index);
        if (_wanted.Add(subtree) && level < BundleHasher.Height)
        {
            if (!_withinBundles.TryGetValue(subtree.Bundle, out List<Subtree>? within))
            {
                _withinBundles.Add(subtree.Bundle, within = []);
            }

            within.Add(subtree);
        }

        return default;
    }
}
