using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Checks single pieces of a log. One for each thread: owns a buffer and a hasher, which go from piece to piece.</summary>
internal sealed class PieceChecker(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, GenesisEntry genesis, WantedRoots roots) : IDisposable
{
    // More key entries than any operation has reason for; they would be held until their turn comes.
    private const int MaxKeyEntries = 64;

    private readonly SegmentWindow _window = new();
    private readonly BundleHasher _hasher = new();
    private readonly Hash256[] _roots = new Hash256[BundleHasher.BatchSize];
    private readonly Hash256?[] _links = new Hash256?[BundleHasher.BatchSize];
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];
    private int _waiting;

    /// <summary>Checks part <paramref name="part"/> of a segment that is cut every <paramref name="pieceBytes"/> bytes.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public LogPiece Check(int segment, int part, int pieceBytes)
    {
        LogPiece piece = new() { Segment = segment };
        (long offset, ulong index, bool odd) = FindStart(segment, part, pieceBytes);
        if (odd || offset < 0)
        {
            piece.Odd = odd;
            return piece;
        }

        (long end, _, _) = FindStart(segment, part + 1, pieceBytes);
        if (end == offset)
        {
            return piece;
        }

        piece = new LogPiece { Segment = segment, Offset = offset, FirstIndex = index, EndsSegment = end < 0 };
        Scan(piece, end < 0 ? new ScanStop(segment + 1, 0) : new ScanStop(segment, end));
        return piece;
    }

    public void Dispose() => _window.Dispose();

    private (long Offset, ulong Index, bool Odd) FindStart(int segment, int part, int pieceBytes)
    {
        IFileReader? reader = files.OpenRead(paths.Segment((uint)segment));
        if (reader is null)
        {
            return (-1, 0, true);
        }

        _window.Open(reader);
        if (part > 0)
        {
            (long offset, ulong found) = BundleFinder.Find(_window, (long)part * pieceBytes);
            return (offset, found, false);
        }

        string? problem = SegmentHeader.Decode(_window.Peek(0, LedgerLimits.SegmentHeaderBytes), out SegmentHeader header);
        bool sound = problem is null && header.Number == segment && header.FirstIndex % LedgerLimits.EntriesPerBundle == 0;
        return sound ? (0, header.FirstIndex, false) : (-1, 0, true);
    }

    private void Scan(LogPiece piece, ScanStop stop)
    {
        _waiting = 0;
        _hasher.FinishBatch(_roots); // of what an exception may have left
        piece.Fold.Begin(piece.FirstIndex);
        ScanStart start = new(piece.Segment, piece.Offset, piece.FirstIndex, piece.FirstIndex == 0 ? null : genesis, Keys: null);
        using BundleScanner scanner = new(files, paths, catalog, start, stop, _window) { KeyEntries = piece.KeyEntries };
        while (!piece.Odd && scanner.Next())
        {
            TakeIn(piece, scanner);
            piece.Odd |= piece.KeyEntries.Count > MaxKeyEntries;
        }

        Flush(piece);
        piece.Genesis = scanner.Genesis;
        piece.Odd |= scanner.Problem is not null || scanner.Segment != piece.Segment || (piece.Partial is null && !scanner.ReachedStop);
        piece.EndOffset = piece.Partial is null ? scanner.EndOffset : scanner.Offset;
    }

    private void TakeIn(LogPiece piece, BundleScanner scanner)
    {
        ReadOnlySpan<byte> bundle = scanner.Bytes;
        foreach (ulong size in roots.Within(scanner.FirstIndex, scanner.NextIndex))
        {
            Flush(piece);
            int count = (int)(size - scanner.FirstIndex);
            _hasher.HashLeaves(bundle, count, _leaves);
            piece.Roots.Add(new PieceRoot(size, [.. piece.Fold.Subtrees], _hasher.Root(_leaves.AsSpan(0, count))));
        }

        Hash256? link = scanner.Bundle == 0 ? null : Hash256.Read(bundle[(EntryFrame.HeaderBytes + sizeof(ulong))..]);
        piece.LastBundleIndex = scanner.FirstIndex;
        if (scanner.Count < LedgerLimits.EntriesPerBundle)
        {
            Flush(piece);
            CheckLink(piece, link, scanner.FirstIndex);
            piece.Partial = bundle.ToArray();
            piece.PartialCount = scanner.Count;
            return;
        }

        _links[_waiting++] = link;
        if (_hasher.AddToBatch(bundle) == BundleHasher.BatchSize)
        {
            Flush(piece);
        }
    }

    private void Flush(LogPiece piece)
    {
        int count = _hasher.FinishBatch(_roots);
        for (int i = 0; i < count; i++)
        {
            CheckLink(piece, _links[i], piece.Fold.End);
            piece.Fold.Append(_roots[i], BundleHasher.Height);
            piece.LastDigest = _roots[i];
        }

        _waiting = 0;
    }

    private static void CheckLink(LogPiece piece, Hash256? link, ulong index)
    {
        if (index == piece.FirstIndex)
        {
            piece.FirstLink = link;
        }
        else
        {
            piece.Odd |= link != piece.LastDigest;
        }
    }
}
