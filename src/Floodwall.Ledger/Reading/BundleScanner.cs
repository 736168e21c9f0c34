using System.Buffers.Binary;

namespace Floodwall.Ledger;

/// <summary>
/// Reads segment files bundle by bundle and checks their form: headers, frames, indexes, places of the ledger's own kinds, zero
/// padding. It trusts no length, holds at most 2 MiB, and stops at the first problem, which it places.
/// </summary>
internal sealed class BundleScanner : IDisposable
{
    private readonly ILedgerFiles _files;
    private readonly LedgerPaths _paths;
    private readonly SegmentCatalog _catalog;
    private readonly SegmentWindow _window = new();
    private int _next;
    private bool _open;
    private bool _ended;
    private int _bytes;

    /// <summary>A scan from the start of the log.</summary>
    public BundleScanner(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog)
        : this(files, paths, catalog, 0, 0, null)
    {
    }

    /// <summary>A scan from a later segment, whose first entry is known.</summary>
    public BundleScanner(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, int segment, ulong firstIndex, GenesisEntry? genesis)
    {
        _files = files;
        _paths = paths;
        _catalog = catalog;
        _next = segment;
        NextIndex = firstIndex;
        Genesis = genesis;
    }

    /// <summary>Index of the next entry to be read; all before it have the right form.</summary>
    public ulong NextIndex { get; private set; }

    /// <summary>The genesis entry, once it was read.</summary>
    public GenesisEntry? Genesis { get; private set; }

    /// <summary>Entries of the present bundle that have the right form, 1 to 256.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the present bundle's first entry.</summary>
    public ulong FirstIndex => NextIndex - (ulong)Count;

    /// <summary>Number of the present bundle.</summary>
    public ulong Bundle => FirstIndex / LedgerLimits.EntriesPerBundle;

    /// <summary>The present bundle's framed entries; valid until <see cref="Next"/> is called again.</summary>
    public ReadOnlySpan<byte> Bytes => _window.Peek(Offset, _bytes)[.._bytes];

    /// <summary>Segment of the present bundle.</summary>
    public int Segment { get; private set; } = -1;

    /// <summary>Where the present bundle begins in its segment.</summary>
    public long Offset { get; private set; }

    /// <summary>Where its last well-formed entry ends.</summary>
    public long EndOffset => Offset + _bytes;

    /// <summary>Where scanning stopped and why; null where the log simply ends.</summary>
    public LedgerProblem? Problem { get; private set; }

    private long AllowedLength => Genesis?.SegmentBytes ?? LedgerLimits.MaxSegmentBytes;

    /// <summary>Moves to the next bundle, which may be partial; false at the end of the log or at a problem.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public bool Next()
    {
        if (_ended || Problem is not null)
        {
            return false;
        }

        if (Count is > 0 and < LedgerLimits.EntriesPerBundle)
        {
            _ended = true;
            CheckPartialEnd();
            return false;
        }

        Offset += _bytes;
        _bytes = 0;
        Count = 0;
        while (_open || OpenSegment())
        {
            ParseBundle();
            if (Count > 0)
            {
                return true;
            }

            if (Problem is not null || !FinishSegment())
            {
                return false;
            }
        }

        return false;
    }

    public void Dispose() => _window.Dispose();

    private bool OpenSegment()
    {
        if (_next >= _catalog.Count)
        {
            Finish(_catalog.Problem is null ? null : LedgerProblem.At(NextIndex, _next, 0, _catalog.Problem, foreign: true));
            return false;
        }

        IFileReader? reader = _files.OpenRead(_paths.Segment((uint)_next));
        if (reader is null)
        {
            _ended = true; // a live writer's spare, deleted as it closed
            return false;
        }

        _window.Open(reader);
        if (CheckFileLength() is string tooLong)
        {
            // Before anything of it is read: a sparse file can be longer than patience.
            Problem = LedgerProblem.At(NextIndex, _next, 0, tooLong, foreign: true);
            return false;
        }

        if (_window.FindNonZero(0) < 0)
        {
            // A spare that was prepared and not used yet: nothing may come after it.
            Finish(_next + 1 == _catalog.Count && _catalog.Problem is null
                ? null
                : LedgerProblem.At(NextIndex, _next, 0, _catalog.Problem ?? "the segment is blank, but another follows it", foreign: true));
            return false;
        }

        string? what = SegmentHeader.Decode(_window.Peek(0, LedgerLimits.SegmentHeaderBytes), out SegmentHeader header);
        bool foreign = false;
        if (what is null && header.Number != _next)
        {
            what = $"the header says segment {header.Number}, the file name says {_next}";
            foreign = true;
        }

        what ??= header.FirstIndex == NextIndex
            ? null
            : $"the header says the segment begins with entry {header.FirstIndex}; entry {NextIndex} is due";
        if (what is not null)
        {
            Problem = LedgerProblem.At(NextIndex, _next, 0, what, foreign);
            return false;
        }

        Segment = _next++;
        Offset = LedgerLimits.SegmentHeaderBytes;
        _open = true;
        return true;
    }

    private void ParseBundle()
    {
        ReadOnlySpan<byte> bytes = _window.Peek(Offset, LedgerLimits.MaxBundleBytes);
        int at = 0;
        while (Count < LedgerLimits.EntriesPerBundle && bytes.Length - at >= LedgerLimits.LengthPrefixBytes)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (length == 0)
            {
                break;
            }

            string? what = length is < LedgerLimits.EntryHeaderBytes or > LedgerLimits.MaxEntryBytes
                ? $"its length is given as {length} bytes; {LedgerLimits.EntryHeaderBytes} to {LedgerLimits.MaxEntryBytes} expected"
                : bytes.Length - at - LedgerLimits.LengthPrefixBytes < length
                    ? $"its length is given as {length} bytes, but the file ends {bytes.Length - at - LedgerLimits.LengthPrefixBytes} bytes later"
                    : CheckEntry(bytes.Slice(at + LedgerLimits.LengthPrefixBytes, length));
            if (what is not null)
            {
                Problem = LedgerProblem.At(NextIndex, Segment, Offset + at, what);
                break;
            }

            at += LedgerLimits.LengthPrefixBytes + length;
            Count++;
            NextIndex++;
        }

        _bytes = at;
    }

    private string? CheckEntry(ReadOnlySpan<byte> entry)
    {
        string? problem = EntryForm.Check(entry, NextIndex, out GenesisEntry? genesis);
        if (genesis is not null)
        {
            Genesis = genesis;
            problem ??= CheckFileLength();
        }

        return problem;
    }

    private string? CheckFileLength() =>
        _window.Length > AllowedLength ? $"the segment file has {_window.Length} bytes; at most {AllowedLength} expected" : null;

    /// <summary>The data of this segment ends at a bundle boundary: the rest must be zero, and a next segment must have been due.</summary>
    private bool FinishSegment()
    {
        long stray = _window.FindNonZero(Offset);
        if (stray >= 0)
        {
            Problem = LedgerProblem.At(NextIndex, Segment, Offset, $"no entry stands here, yet the byte at 0x{stray:x} is not zero");
            return false;
        }

        if (_next < _catalog.Count && !IsBlankSpare(_next) && CheckRoll() is string early)
        {
            Problem = LedgerProblem.At(NextIndex, Segment, Offset, early);
            return false;
        }

        _open = false;
        return OpenSegment();
    }

    /// <summary>What is wrong with leaving this segment for the next one here; null where nothing is.</summary>
    private string? CheckRoll()
    {
        if (Genesis is null)
        {
            return "the genesis entry is missing, yet another segment follows";
        }

        long due = Genesis.SegmentBytes;
        return _window.Length != due ? $"the segment file has {_window.Length} bytes; {due} expected, as another segment follows"
            : due - Offset >= LedgerLimits.MaxBundleBytes ? "the segment ends here though a bundle would fit, and another segment follows"
            : null;
    }

    /// <summary>The log ends within a bundle: the rest of the segment must be zero, and no later segment may hold anything.</summary>
    private void CheckPartialEnd()
    {
        long end = EndOffset;
        long stray = _window.FindNonZero(end);
        if (stray >= 0)
        {
            Problem = LedgerProblem.At(NextIndex, Segment, end, $"no entry stands here, yet the byte at 0x{stray:x} is not zero");
        }
        else if (_catalog.Problem is not null)
        {
            Problem = LedgerProblem.At(NextIndex, Segment, end, _catalog.Problem, foreign: true);
        }
        else if (_next < _catalog.Count && !(IsBlankSpare(_next) && _next + 1 == _catalog.Count))
        {
            string what = _catalog.Lengths[_next] > AllowedLength
                ? $"the log ends here within a bundle, yet segment {_next} has {_catalog.Lengths[_next]} bytes"
                : $"the log ends here within a bundle, yet segment {_next} is in use";
            Problem = LedgerProblem.At(NextIndex, Segment, end, what, foreign: !MayFollowCrash(_next));
        }
    }

    private bool IsBlankSpare(int segment)
    {
        using SegmentWindow window = new();
        IFileReader? reader = _files.OpenRead(_paths.Segment((uint)segment));
        if (reader is null)
        {
            return true;
        }

        window.Open(reader);
        return window.Length <= AllowedLength && window.FindNonZero(0) < 0;
    }

    /// <summary>Whether a segment behind the end of the log could be what a crash or a live writer left: the one that came next, as yet unsynced.</summary>
    private bool MayFollowCrash(int segment)
    {
        using IFileReader? reader = _files.OpenRead(_paths.Segment((uint)segment));
        byte[] bytes = new byte[LedgerLimits.SegmentHeaderBytes];
        bool wrongNumber = reader is not null
            && reader.Read(0, bytes) == bytes.Length
            && SegmentHeader.Decode(bytes, out SegmentHeader header) is null
            && header.Number != segment;
        return !wrongNumber && _catalog.Lengths[segment] <= AllowedLength;
    }

    private void Finish(LedgerProblem? problem)
    {
        _ended = true;
        Problem = problem;
    }
}
