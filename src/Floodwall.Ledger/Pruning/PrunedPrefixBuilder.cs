using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Folds the entries before a segment to what stands for them once their segments are gone.</summary>
/// <param name="keep">Says of a caller's kind whether entries of it are kept.</param>
/// <param name="maxBytes">The most that the file may take.</param>
internal sealed class PrunedPrefixBuilder(Func<byte, bool> keep, int maxBytes = PrunedFile.MaxBytes)
{
    private readonly BundleHasher _hasher = new();
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];
    private readonly SubtreeFold _fold = new();
    private readonly List<PrunedItem> _items = [];
    private long _bytes = PrunedFile.FrameBytes;

    /// <summary>Makes the prefix that ends where <paramref name="firstSegment"/> begins.</summary>
    /// <exception cref="LedgerFullException">More would have to be kept than fits the file.</exception>
    /// <exception cref="LedgerCorruptException">The log does not read as it did a moment ago.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public PrunedPrefix Build(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, int firstSegment, ulong size)
    {
        foreach (PrunedItem earlier in catalog.Pruned?.Items ?? [])
        {
            Add(earlier, 0);
        }

        _fold.Begin(catalog.Pruned?.Size ?? 0);
        using BundleScanner scanner = new(files, paths, catalog, ScanStart.Of(catalog), new ScanStop(firstSegment, 0));
        while (scanner.Next())
        {
            // The last bundle stays apart: its root is the digest that the next link states.
            if (scanner.NextIndex == size)
            {
                Flush();
            }

            TakeIn(scanner.Bytes, scanner.Count);
        }

        Flush();
        string? wrong = scanner.Problem?.Message;
        PrunedPrefix? prefix = null;
        if (scanner.ReachedStop && scanner.NextIndex == size)
        {
            wrong = PrunedPrefix.TryBuild((uint)firstSegment, size, _items, out prefix);
        }

        return prefix ?? throw new LedgerCorruptException($"{paths.Directory}: the log changed while it was pruned: {wrong}");
    }

    private void TakeIn(ReadOnlySpan<byte> bundle, int count)
    {
        if (!AnyKept(bundle, count))
        {
            _fold.Append(_hasher.HashFullBundle(bundle, out _), BundleHasher.Height);
            return;
        }

        _hasher.HashLeaves(bundle, count, _leaves);
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = EntryAt(bundle, ref at);
            if (IsKept(entry[0]))
            {
                Flush();
                Add(new PrunedItem(default, entry.ToArray()), _fold.End);
                _fold.Begin(_fold.End + 1);
            }
            else
            {
                _fold.Append(_leaves[i], 0);
            }
        }
    }

    private bool AnyKept(ReadOnlySpan<byte> bundle, int count)
    {
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            if (IsKept(EntryAt(bundle, ref at)[0]))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsKept(byte kind) => kind is EntryKinds.Genesis or EntryKinds.Key || (kind >= LedgerLimits.FirstCallerKind && keep(kind));

    private static ReadOnlySpan<byte> EntryAt(ReadOnlySpan<byte> bundle, ref int at)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
        ReadOnlySpan<byte> entry = bundle.Slice(at + LedgerLimits.LengthPrefixBytes, length);
        at += LedgerLimits.LengthPrefixBytes + length;
        return entry;
    }

    private void Flush()
    {
        foreach (FoldedSubtree subtree in _fold.Subtrees)
        {
            Add(new PrunedItem(subtree, null), _fold.End);
        }

        _fold.Begin(_fold.End);
    }

    private void Add(PrunedItem item, ulong at)
    {
        _bytes += PrunedFile.SizeOf(item);
        if (_bytes > maxBytes)
        {
            throw new LedgerFullException(
                $"up to entry {at}, {_items.Count(kept => kept.Entry is not null)} entries would have to be kept, which takes more than the {maxBytes} bytes "
                + "that the file of pruned entries can have; nothing was pruned, and fewer segments may fit");
        }

        _items.Add(item);
    }
}
