using System.Diagnostics.CodeAnalysis;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Walks a whole log once: checks the form of every entry, rehashes everything, compares each link with the bundle before it, and
/// notes the roots at the sizes that were asked for. Bounded memory.
/// </summary>
internal sealed class LedgerWalk
{
    private readonly List<TreeHead> _heads = [];

    private LedgerWalk()
    {
    }

    /// <summary>Entries before the end of the log or before the first problem.</summary>
    public ulong Size { get; private set; }

    /// <summary>The size up to which links vouch for what was read: every bundle before it matches the digest in the next one.</summary>
    public ulong VouchedSize { get; private set; }

    /// <summary>What stopped the walk before the end of the files; null where nothing did.</summary>
    public LedgerProblem? Problem { get; private set; }

    /// <summary>The genesis entry, where it could be read.</summary>
    public GenesisEntry? Genesis { get; private set; }

    /// <summary>The segment that the last entry stands in; −1 where there is no segment.</summary>
    public int EndSegment { get; private set; } = -1;

    /// <summary>Offset behind the last entry of that segment.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Where the present partial bundle begins, or the next one is due.</summary>
    public long BundleOffset { get; private set; }

    /// <summary>The tree over the full bundles that were read.</summary>
    public TreeTip Tip { get; } = new();

    /// <summary>Root over all <see cref="Size"/> entries; only where there is no problem.</summary>
    public Hash256 Root { get; private set; }

    /// <summary>Walks a log.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="sizes">The sizes whose roots are wanted, in any order.</param>
    /// <param name="progress">Called with the number of entries checked, once per bundle; or null.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static LedgerWalk Run(ILedgerFiles files, LedgerPaths paths, ReadOnlySpan<ulong> sizes, Action<ulong>? progress = null)
    {
        LedgerWalk walk = new();
        using BundleScanner scanner = new(files, paths, SegmentCatalog.Read(files, paths));
        walk.NoteRoots(scanner, sizes, first: 0, count: 0);
        while (scanner.Next())
        {
            if (!walk.CheckLink(scanner))
            {
                return walk;
            }

            walk.NoteRoots(scanner, sizes, scanner.FirstIndex, scanner.Count);
            walk.TakeIn(scanner);
            progress?.Invoke(walk.Size);
        }

        walk.Problem = scanner.Problem;
        if (walk.Size == walk.Tip.FullSize)
        {
            walk.Root = walk.Tip.Root([], 0);
        }

        if (scanner.Segment > walk.EndSegment)
        {
            // A segment was begun and holds no entry yet.
            walk.EndSegment = scanner.Segment;
            walk.EndOffset = walk.BundleOffset = scanner.EndOffset;
        }

        return walk;
    }

    /// <summary>The first entry of a ledger, where it can be read.</summary>
    public static GenesisEntry? ReadGenesis(ILedgerFiles files, LedgerPaths paths)
    {
        using BundleScanner scanner = new(files, paths, SegmentCatalog.Read(files, paths));
        scanner.Next();
        return scanner.Genesis;
    }

    /// <summary>The root at one of the sizes that were asked for; false where the log ended before.</summary>
    public bool TryGetRoot(ulong size, out Hash256 root)
    {
        foreach (TreeHead head in _heads)
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

    /// <summary>
    /// Whether the log contradicts a tree head that somebody signed: it is shorter, has another root at that size, or holds what no
    /// crash leaves behind. The head's size must be among those asked for.
    /// </summary>
    public bool Contradicts(TreeHead head, [NotNullWhen(true)] out LedgerProblem? problem)
    {
        problem = null;
        if (Problem is not null && (Problem.Foreign || Problem.DetectedAt < head.Size))
        {
            problem = Problem;
        }
        else if (!TryGetRoot(head.Size, out Hash256 root))
        {
            problem = LedgerProblem.At(
                Size, Math.Max(EndSegment, 0), EndOffset, $"it is missing: the log ends here, but {head.Size} entries were signed");
        }
        else if (root != head.Root)
        {
            ulong last = head.Size == 0 ? 0 : head.Size - 1;
            ulong first = last - (last % LedgerLimits.EntriesPerBundle);
            problem = LedgerProblem.InRange(
                first,
                last,
                head.Size,
                $"the root over {head.Size} entries is {root.ToBase64()}, but {head.Root.ToBase64()} was signed; every earlier bundle "
                + "matches the link behind it, so either these entries were changed or the log was rewritten as a whole");
        }

        return problem is not null;
    }

    private bool CheckLink(BundleScanner scanner)
    {
        if (scanner.Bundle == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> payload = scanner.Bytes[EntryFrame.HeaderBytes..];
        LinkEntry.TryDecode(payload[..LinkEntry.PayloadBytes], out LinkEntry link);
        if (link.PreviousDigest == Tip.ChainDigest)
        {
            VouchedSize = scanner.FirstIndex;
            return true;
        }

        Problem = LedgerProblem.InRange(
            scanner.FirstIndex - LedgerLimits.EntriesPerBundle,
            scanner.FirstIndex - 1,
            scanner.FirstIndex,
            $"their digest is {Tip.ChainDigest.ToBase64()}, but the link in entry {scanner.FirstIndex} states {link.PreviousDigest.ToBase64()}");
        return false;
    }

    private void NoteRoots(BundleScanner scanner, ReadOnlySpan<ulong> sizes, ulong first, int count)
    {
        foreach (ulong size in sizes)
        {
            if (size == 0 ? count == 0 : size > first && size <= first + (ulong)count)
            {
                _heads.Add(new TreeHead(size, Tip.Root(count == 0 ? [] : scanner.Bytes, (int)(size - first))));
            }
        }
    }

    private void TakeIn(BundleScanner scanner)
    {
        Genesis = scanner.Genesis;
        Size = scanner.NextIndex;
        EndSegment = scanner.Segment;
        EndOffset = scanner.EndOffset;
        BundleOffset = scanner.Offset;
        if (scanner.Count == LedgerLimits.EntriesPerBundle)
        {
            Tip.AppendFullBundle(scanner.Bytes);
            BundleOffset = EndOffset;
        }
        else
        {
            Root = Tip.Root(scanner.Bytes, scanner.Count);
        }
    }
}
