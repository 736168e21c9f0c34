using System.Diagnostics.CodeAnalysis;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// One pass over a log that finds the hashes of the subtrees asked for. The root of a full bundle is read from the link behind it, so
/// that of all the entries only those of bundles that are asked for, and those that no link covers, are hashed. Memory is bounded by
/// what is asked for and the height of the tree.
/// </summary>
internal sealed class SubtreePass : ISubtreeReader
{
    private readonly SubtreeRequests _requests;
    private readonly ulong _size;
    private readonly Dictionary<Subtree, Hash256> _found = [];
    private readonly BundleHasher _hasher = new();
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];

    // _peaks[h] is the root of the last complete subtree of 2^h leaves that has no right sibling yet.
    private readonly Hash256[] _peaks = new Hash256[MerkleFrontier.MaxPeaks];
    private Hash256? _hashed;
    private ulong _pruned;

    private SubtreePass(SubtreeRequests requests, ulong size)
    {
        _requests = requests;
        _size = size;
    }

    /// <summary>Reads the first <paramref name="size"/> entries. What it finds is worth no more than the links: compare the root.</summary>
    /// <exception cref="LedgerCorruptException">The log is shorter, malformed, or a link contradicts a bundle that was hashed.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static SubtreePass Run(BundleScanner scanner, ulong size, SubtreeRequests requests)
    {
        SubtreePass pass = new(requests, size);
        ulong reached = scanner.Pruned?.Size ?? 0;
        pass.TakeIn(scanner.Pruned);
        while (reached < size && scanner.Next())
        {
            pass.TakeIn(scanner);
            reached = scanner.NextIndex;
        }

        return reached >= size
            ? pass
            : throw new LedgerCorruptException(
                scanner.Problem?.Message ?? $"entry {reached} is missing: the log ends here, but {size} entries were signed", reached);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">It lies among pruned entries, of which nothing so small is left.</exception>
    public Hash256 ReadSubtree(int level, ulong index) => _found.TryGetValue(new Subtree(level, index), out Hash256 root)
        ? root
        : throw new InvalidDataException(
            level == 0
                ? $"what is asked for needs the hash of entry {index}, which was pruned, and its hash with it"
                : $"what is asked for needs the hash above entries {index << level} to {((index + 1) << level) - 1} alone; they were pruned, and it went with them");

    /// <summary>What is left of pruned entries.</summary>
    private void TakeIn(PrunedPrefix? pruned)
    {
        foreach (PrunedItem item in pruned?.Items ?? [])
        {
            FoldedSubtree node = item.Node;
            Append(node.Height, _pruned >> node.Height, node.Root);
            _pruned += item.Leaves;
        }
    }

    private void TakeIn(BundleScanner scanner)
    {
        if (scanner.FirstIndex > _pruned)
        {
            Append(BundleHasher.Height, scanner.Bundle - 1, LinkedRoot(scanner));
        }

        _hashed = null;
        int covered = (int)Math.Min(_size - scanner.FirstIndex, (ulong)scanner.Count);
        bool linked = scanner.FirstIndex + LedgerLimits.EntriesPerBundle < _size;
        IReadOnlyList<Subtree> wanted = _requests.Within(scanner.Bundle);
        if (linked && wanted.Count == 0)
        {
            return;
        }

        _hasher.HashLeaves(scanner.Bytes, covered, _leaves);
        foreach (Subtree subtree in wanted)
        {
            _found.Add(subtree, _hasher.Root(_leaves.AsSpan(subtree.FirstLeafInBundle, 1 << subtree.Level)));
        }

        if (covered == LedgerLimits.EntriesPerBundle)
        {
            _hashed = _hasher.Root(_leaves);
            if (!linked)
            {
                Append(BundleHasher.Height, scanner.Bundle, _hashed.Value);
            }
        }
    }

    /// <summary>The root of the bundle before, as the link that opens this one states it.</summary>
    private Hash256 LinkedRoot(BundleScanner scanner)
    {
        // The scanner has checked that the entry is a link and how long it is.
        LinkEntry.TryDecode(scanner.Bytes.Slice(EntryFrame.HeaderBytes, LinkEntry.PayloadBytes), out LinkEntry link);
        if (_hashed is { } hashed && hashed != link.PreviousDigest)
        {
            ulong first = scanner.FirstIndex - LedgerLimits.EntriesPerBundle;
            ThrowContradiction(first, hashed, link.PreviousDigest);
        }

        return link.PreviousDigest;
    }

    private void Append(int level, ulong index, Hash256 root)
    {
        Note(level, index, root);
        for (; (index & 1) != 0; index >>= 1)
        {
            root = MerkleHash.Node(_peaks[level], root);
            Note(++level, index >> 1, root);
        }

        _peaks[level] = root;
    }

    private void Note(int level, ulong index, in Hash256 root)
    {
        Subtree subtree = new(level, index);
        if (_requests.Wants(subtree))
        {
            _found[subtree] = root;
        }
    }

    [DoesNotReturn]
    private static void ThrowContradiction(ulong first, Hash256 hashed, Hash256 stated)
    {
        ulong last = first + LedgerLimits.EntriesPerBundle - 1;
        throw new LedgerCorruptException(
            $"entries {first} to {last} (bundle {first / LedgerLimits.EntriesPerBundle}): their digest is {hashed.ToBase64()}, but the link "
            + $"in entry {last + 1} states {stated.ToBase64()}",
            first);
    }
}
