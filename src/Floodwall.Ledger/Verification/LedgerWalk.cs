using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Walks a whole log once: checks the form of every entry, rehashes everything, compares each link with the bundle before it, follows
/// the key entries, and notes the roots at the sizes that were asked for. Bounded memory.
/// </summary>
/// <remarks>
/// The serial walk is what counts. Several threads may check pieces of the log ahead of it; a piece that is sound and follows on what
/// came before is taken as it is. At the first that does not, the serial walk goes on from there, so that what is found, and how it
/// is told, does not depend on the number of threads.
/// </remarks>
internal sealed class LedgerWalk
{
    private readonly WantedRoots _roots;
    private readonly SegmentCatalog _catalog;
    private readonly WalkSettings _settings;
    private readonly List<OpenLink> _openLinks = [];
    private int _counted;
    private long _bytesBefore;

    private LedgerWalk(SegmentCatalog catalog, ReadOnlySpan<ulong> sizes, WalkSettings settings)
    {
        _catalog = catalog;
        _settings = settings;
        _counted = catalog.First;
        Genesis = catalog.Pruned?.Genesis;
        Keys = catalog.Pruned?.Keys.Clone();
        Size = VouchedSize = PrunedSize = catalog.Pruned?.Size ?? 0;
        Tip = catalog.Pruned is { } pruned ? new TreeTip(pruned.Frontier, pruned.ChainDigest) : new TreeTip();
        _roots = new WantedRoots(sizes, catalog.Pruned?.Items ?? []);
    }

    /// <summary>Entries before the end of the log or before the first problem.</summary>
    public ulong Size { get; private set; }

    /// <summary>The size up to which links vouch for what was read: every bundle before it matches the digest in the next one.</summary>
    public ulong VouchedSize { get; private set; }

    /// <summary>What stopped the walk before the end of the files; null where nothing did.</summary>
    public LedgerProblem? Problem { get; private set; }

    /// <summary>The genesis entry, where it could be read.</summary>
    public GenesisEntry? Genesis { get; private set; }

    /// <summary>The keys in force up to <see cref="Size"/>, or a little further; null where the genesis entry could not be read.</summary>
    public KeyChain? Keys { get; private set; }

    /// <summary>Entries that were pruned: they are counted in <see cref="Size"/> and known by their hashes only.</summary>
    public ulong PrunedSize { get; }

    /// <summary>Files of segments from before the cut that pruning left behind.</summary>
    public int LeftoverSegments => _catalog.Leftovers;

    /// <summary>The segment that the last entry stands in; −1 where there is no segment.</summary>
    public int EndSegment { get; private set; } = -1;

    /// <summary>Offset behind the last entry of that segment.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Where the present partial bundle begins, or the next one is due.</summary>
    public long BundleOffset { get; private set; }

    /// <summary>The tree over the full bundles that were read.</summary>
    public TreeTip Tip { get; }

    /// <summary>The roots at the sizes that were asked for and reached.</summary>
    public IReadOnlyList<TreeHead> Heads => _roots.Found;

    /// <summary>
    /// The links whose digest is still to be filled in, in order. The walk goes on as if it were; only the end of a log that nobody
    /// signed may hold them (see <see cref="HeadContradiction"/>).
    /// </summary>
    public IReadOnlyList<OpenLink> OpenLinks => _openLinks;

    /// <summary>Root over all <see cref="Size"/> entries; only where there is no problem.</summary>
    public Hash256 Root { get; private set; }

    /// <summary>Walks a log.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="sizes">The sizes whose roots are wanted, in any order.</param>
    /// <param name="settings">How; null for all cores.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static LedgerWalk Run(ILedgerFiles files, LedgerPaths paths, ReadOnlySpan<ulong> sizes, WalkSettings? settings = null)
    {
        settings ??= WalkSettings.Default;
        SegmentCatalog catalog = SegmentCatalog.Read(files, paths);
        LedgerWalk walk = new(catalog, sizes, settings);
        ScanStart? start = ScanStart.Of(catalog);
        if (settings.EffectiveThreads > 1
            && catalog.TotalBytes > settings.PieceBytes
            && catalog.PrunedProblem is null
            && BundleScanner.GenesisOf(files, paths, catalog) is { } genesis)
        {
            start = walk.TakePieces(files, paths, genesis);
        }

        if (start is { } from)
        {
            using BundleScanner scanner = new(files, paths, catalog, from);
            walk.GoOn(scanner);
        }

        return walk;
    }

    /// <summary>The root at one of the sizes that were asked for; false where the log, or that part of it whose links all state a digest, ended before.</summary>
    public bool TryGetRoot(ulong size, out Hash256 root)
    {
        root = default;
        return (_openLinks is not [OpenLink open, ..] || open.Index >= size) && _roots.TryGet(size, out root);
    }

    /// <summary>Walks serially to the end or the first problem.</summary>
    private void GoOn(BundleScanner scanner)
    {
        while (scanner.Next())
        {
            Keys = scanner.Keys;
            ReadOnlySpan<byte> bundle = scanner.Bytes;
            if (!CheckLink(scanner, ref bundle))
            {
                return;
            }

            foreach (ulong size in _roots.Within(scanner.FirstIndex, scanner.NextIndex))
            {
                _roots.Note(size, Tip.Root(bundle, (int)(size - scanner.FirstIndex)));
            }

            TakeIn(scanner, bundle);
            Report();
        }

        Problem = scanner.Problem;
        if (Size == Tip.FullSize)
        {
            Root = Tip.Root([], 0);
        }

        if (scanner.Segment > EndSegment)
        {
            // A segment was begun and holds no entry yet.
            EndSegment = scanner.Segment;
            EndOffset = BundleOffset = scanner.EndOffset;
        }
    }

    /// <summary>Has threads check the log ahead; returns where the serial walk goes on, null where the log was found to end.</summary>
    private ScanStart? TakePieces(ILedgerFiles files, LedgerPaths paths, GenesisEntry genesis)
    {
        (int Segment, long Offset) due = (_catalog.First, 0);
        using PieceQueue queue = new(_catalog, _settings, genesis, () => new PieceChecker(files, paths, _catalog, genesis, _roots));
        while (queue.Take() is { } piece)
        {
            if (piece.Failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(piece.Failure);
            }

            bool skipped = piece.Segment < due.Segment || (piece.Offset < 0 && !piece.Odd);
            if (skipped)
            {
                continue;
            }

            if (piece.Odd || (piece.Segment, piece.Offset) != due || piece.FirstIndex != Size || !TakeIn(piece))
            {
                break;
            }

            Report();
            if (piece.Partial is not null)
            {
                return null;
            }

            due = piece.EndsSegment ? (piece.Segment + 1, 0) : (piece.Segment, piece.EndOffset);
        }

        return new ScanStart(due.Segment, due.Offset, Size, Genesis, Keys?.Clone());
    }

    /// <summary>Takes in a piece that was checked by itself; false, and nothing changed, where it does not follow on what came before.</summary>
    private bool TakeIn(LogPiece piece)
    {
        KeyChain? keys = Keys?.Clone() ?? (piece.Genesis is { } genesis ? new KeyChain(genesis.Key) : null);
        if (keys is null
            || piece.KeyEntries.Exists(entry => keys.Apply(entry.Index, entry.Payload) is not null)
            || (piece.FirstIndex > 0 && piece.FirstLink != Tip.ChainDigest))
        {
            return false;
        }

        foreach (PieceRoot root in piece.Roots)
        {
            _roots.Note(root.Size, Tip.RootBehind(root.Before, root.Partial));
        }

        Keys = keys;
        Genesis = piece.Genesis;
        VouchedSize = piece.LastBundleIndex;
        EndSegment = piece.Segment;
        EndOffset = BundleOffset = piece.EndOffset;
        Size = piece.Fold.End;
        if (piece.Fold.Subtrees.Count > 0)
        {
            Tip.AppendFolded(piece.Fold.Subtrees, piece.LastDigest);
        }

        if (piece.Partial is { } partial)
        {
            Size += (ulong)piece.PartialCount;
            EndOffset += partial.Length;
            Root = Tip.Root(partial, piece.PartialCount);
        }

        return true;
    }

    private bool CheckLink(BundleScanner scanner, ref ReadOnlySpan<byte> bundle)
    {
        if (scanner.Bundle == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> payload = bundle[EntryFrame.HeaderBytes..];
        LinkEntry.TryDecode(payload[..LinkEntry.PayloadBytes], out LinkEntry link);
        if (link.PreviousDigest == Tip.ChainDigest)
        {
            VouchedSize = scanner.FirstIndex;
            return true;
        }

        if (link.IsOpenFor(Tip.ChainDigest))
        {
            byte[] filled = bundle.ToArray();
            int digest = EntryFrame.HeaderBytes + LinkEntry.DigestOffset;
            Tip.ChainDigest.CopyTo(filled.AsSpan(digest));
            _openLinks.Add(new OpenLink(scanner.FirstIndex, scanner.Segment, scanner.Offset + digest, Tip.ChainDigest));
            bundle = filled;
            return true;
        }

        Problem = LedgerProblem.InRange(
            scanner.FirstIndex - LedgerLimits.EntriesPerBundle,
            scanner.FirstIndex - 1,
            scanner.FirstIndex,
            $"their digest is {Tip.ChainDigest.ToBase64()}, but the link in entry {scanner.FirstIndex} states {link.PreviousDigest.ToBase64()}");
        return false;
    }

    private void Report()
    {
        if (_settings.Progress is { } progress)
        {
            for (; _counted < EndSegment; _counted++)
            {
                _bytesBefore += _catalog.LengthOf(_counted);
            }

            progress(new VerifyProgress(Size, _bytesBefore + EndOffset, _catalog.TotalBytes));
        }
    }

    private void TakeIn(BundleScanner scanner, ReadOnlySpan<byte> bundle)
    {
        Genesis = scanner.Genesis;
        Size = scanner.NextIndex;
        EndSegment = scanner.Segment;
        EndOffset = scanner.EndOffset;
        BundleOffset = scanner.Offset;
        if (scanner.Count == LedgerLimits.EntriesPerBundle)
        {
            Tip.AppendFullBundle(bundle);
            BundleOffset = EndOffset;
        }
        else
        {
            Root = Tip.Root(bundle, scanner.Count);
        }
    }
}
