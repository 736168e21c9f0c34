using System.Buffers.Binary;

namespace Floodwall.Ledger;

/// <summary>
/// Reads segment files bundle by bundle and checks their form: headers, frames, indexes, places of the ledger's own kinds, zero
/// padding, signatures of key entries. It trusts no length, holds at most 2 MiB, and stops at the first problem, which it places.
/// </summary>
internal sealed class BundleScanner : IDisposable
{
    private const int UsualBundleBytes = 64 << 10;

    private readonly ILedgerFiles _files;
    private readonly LedgerPaths _paths;
    private readonly SegmentCatalog _catalog;
    private readonly SegmentWindow _window;
    private readonly SegmentEnds _ends;
    private readonly ScanStop? _stop;
    private readonly long _resumeAt;
    private int _next;
    private bool _open;
    private bool _ended;
    private int _bytes;

    /// <summary>A scan from the start of the log, or of what pruning left of it.</summary>
    public BundleScanner(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog)
        : this(files, paths, catalog, ScanStart.Of(catalog))
    {
    }

    /// <summary>A scan of a part of the log.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="catalog">The segments.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stop">Where to stop; null for the end of the log.</param>
    /// <param name="window">The view to read through, taken over from a scanner that was disposed; null for a new one.</param>
    public BundleScanner(
        ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, ScanStart start, ScanStop? stop = null, SegmentWindow? window = null)
    {
        _files = files;
        _paths = paths;
        _catalog = catalog;
        _window = window ?? new SegmentWindow();
        _ends = new SegmentEnds(catalog, new SegmentSuccessors(files, paths, catalog), _window);
        _stop = stop;
        _next = start.Segment;
        _resumeAt = start.Offset;
        NextIndex = start.Index;
        Genesis = start.Genesis;
        Keys = start.Keys;
        Problem = catalog.PrunedProblem is string unusable ? LedgerProblem.Beside(unusable) : null;
    }

    /// <summary>Index of the next entry to be read; all before it have the right form.</summary>
    public ulong NextIndex { get; private set; }

    /// <summary>The genesis entry, once it was read.</summary>
    public GenesisEntry? Genesis { get; private set; }

    /// <summary>The keys in force so far; null where the scan does not check key entries against each other.</summary>
    public KeyChain? Keys { get; private set; }

    /// <summary>What stands for the entries before the first segment; null where nothing was pruned.</summary>
    public PrunedPrefix? Pruned => _catalog.Pruned;

    /// <summary>Where key entries go (index and payload) that are left to somebody else to check; or null.</summary>
    public List<(ulong Index, byte[] Payload)>? KeyEntries { get; init; }

    /// <summary>Whether the scan came to its stop, exactly.</summary>
    public bool ReachedStop { get; private set; }

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

    /// <summary>The first entry of a ledger, where it can be read, or was kept when it was pruned.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public static GenesisEntry? GenesisOf(ILedgerFiles files, LedgerPaths paths, SegmentCatalog? catalog = null)
    {
        using BundleScanner scanner = new(files, paths, catalog ?? SegmentCatalog.Read(files, paths));
        return scanner.ReadGenesis();
    }

    /// <summary>Reads the genesis entry unless it is known; null where it cannot be read.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public GenesisEntry? ReadGenesis()
    {
        if (Genesis is null)
        {
            Next();
        }

        return Genesis;
    }

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
            Problem = _ends.WithinBundle(NextIndex, Segment, EndOffset, Genesis);
            return false;
        }

        Offset += _bytes;
        _bytes = 0;
        Count = 0;
        if (_stop is { } stop && Segment == stop.Segment && Offset >= stop.Offset)
        {
            return Stop(exactly: Offset == stop.Offset);
        }

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
        if (_stop is { Offset: 0 } stop && _next == stop.Segment)
        {
            return Stop(exactly: true);
        }

        if (_next >= _catalog.End)
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
        if (_resumeAt > 0 && Segment < 0)
        {
            // The segment's own start was checked by whoever came this far.
            Segment = _next++;
            Offset = _resumeAt;
            _open = true;
            return true;
        }

        if (CheckFileLength() is string tooLong)
        {
            // Before anything of it is read: a sparse file can be longer than patience.
            Problem = LedgerProblem.At(NextIndex, _next, 0, tooLong, foreign: true);
            return false;
        }

        if (_window.FindNonZero(0) < 0)
        {
            // A spare that was prepared and not used yet: nothing may come after it.
            Finish(_next + 1 == _catalog.End && _catalog.Problem is null
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
        ReadOnlySpan<byte> bytes = _window.Peek(Offset, UsualBundleBytes);
        int at = 0;
        while (Count < LedgerLimits.EntriesPerBundle)
        {
            if (bytes.Length - at < LedgerLimits.LengthPrefixBytes + LedgerLimits.MaxEntryBytes
                && bytes.Length < LedgerLimits.MaxBundleBytes
                && Offset + bytes.Length < _window.Length)
            {
                bytes = _window.Peek(Offset, LedgerLimits.MaxBundleBytes);
            }

            if (bytes.Length - at < LedgerLimits.LengthPrefixBytes)
            {
                break;
            }

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
        return problem is null && entry[0] is EntryKinds.Genesis or EntryKinds.Key ? CheckMilestone(entry, genesis) : problem;
    }

    /// <summary>An entry that says by which rules and keys the following ones stand.</summary>
    private string? CheckMilestone(ReadOnlySpan<byte> entry, GenesisEntry? genesis)
    {
        if (genesis is not null)
        {
            Genesis = genesis;
            Keys = new KeyChain(genesis.Key);
            return CheckFileLength();
        }

        ReadOnlySpan<byte> payload = entry[LedgerLimits.EntryHeaderBytes..];
        KeyEntries?.Add((NextIndex, payload.ToArray()));
        return KeyEntries is null ? Keys?.Apply(NextIndex, payload) : null;
    }

    private string? CheckFileLength()
    {
        long allowed = SegmentEnds.AllowedLength(Genesis);
        return _window.Length > allowed ? $"the segment file has {_window.Length} bytes; at most {allowed} expected" : null;
    }

    private bool FinishSegment()
    {
        Problem = _ends.AtBoundary(NextIndex, Segment, Offset, Genesis);
        if (Problem is not null)
        {
            return false;
        }

        _open = false;
        return OpenSegment();
    }

    private bool Stop(bool exactly)
    {
        _ended = true;
        ReachedStop = exactly;
        return false;
    }

    private void Finish(LedgerProblem? problem)
    {
        _ended = true;
        Problem = problem;
    }
}
