namespace Floodwall.Ledger;

/// <summary>
/// The segment files that a folder holds, numbered without gaps from 0, or from the first that pruning left; or a statement of what
/// is wrong.
/// </summary>
internal sealed class SegmentCatalog
{
    private readonly List<long> _lengths;

    private SegmentCatalog(uint first, List<long> lengths, string? problem, PrunedPrefix? pruned, string? prunedProblem)
    {
        First = (int)first;
        _lengths = lengths;
        Problem = problem;
        Pruned = pruned;
        PrunedProblem = prunedProblem;
        TotalBytes = lengths.Sum();
    }

    /// <summary>Number of the first segment of the log.</summary>
    public int First { get; }

    /// <summary>Number behind the last segment before the first gap.</summary>
    public int End => First + _lengths.Count;

    /// <summary>Bytes of all segment files.</summary>
    public long TotalBytes { get; }

    /// <summary>Files of segments before the first, which a pruning left behind that did not come to its end.</summary>
    public int Leftovers { get; private init; }

    /// <summary>A gap in the numbers or a name that is none; null where there is neither.</summary>
    public string? Problem { get; }

    /// <summary>What stands for the entries before the first segment; null where nothing was pruned.</summary>
    public PrunedPrefix? Pruned { get; }

    /// <summary>Why the file that should tell of the pruned entries cannot be used; null where it can, or is absent.</summary>
    public string? PrunedProblem { get; }

    /// <summary>File length of a segment from <see cref="First"/> to before <see cref="End"/>.</summary>
    public long LengthOf(int segment) => _lengths[segment - First];

    /// <exception cref="IOException">The folder or the file <c>pruned</c> could not be read.</exception>
    public static SegmentCatalog Read(ILedgerFiles files, LedgerPaths paths)
    {
        PrunedFile.TryRead(files, paths, out PrunedPrefix? pruned, out string? prunedProblem);
        uint first = pruned?.FirstSegment ?? 0;

        // One from before the cut was to be deleted when a crash came in between; nothing of it counts any more.
        SortedDictionary<uint, long> found = List(files, paths, out string? problem);
        List<uint> leftovers = [.. found.Keys.Where(number => number < first)];
        leftovers.ForEach(number => found.Remove(number));
        List<long> lengths = [];
        foreach ((uint number, long length) in found)
        {
            if (number != first + lengths.Count)
            {
                bool headless = lengths.Count == 0 && pruned is null && prunedProblem is null;
                problem ??= $"segment file {LedgerPaths.SegmentName(first + (uint)lengths.Count)} is missing, though {LedgerPaths.SegmentName(number)} is there"
                    + (headless ? $"; neither is there a file '{Path.GetFileName(paths.Pruned)}' that would stand for it" : "");
                break;
            }

            lengths.Add(length);
        }

        return new SegmentCatalog(first, lengths, problem, pruned, prunedProblem) { Leftovers = leftovers.Count };
    }

    /// <summary>The segments behind the last gap, whatever is missing before them. For reports; nothing may be decided by it.</summary>
    /// <exception cref="IOException">The folder could not be read.</exception>
    public static SegmentCatalog ReadLastRun(ILedgerFiles files, LedgerPaths paths)
    {
        uint first = 0;
        List<long> lengths = [];
        foreach ((uint number, long length) in List(files, paths, out _))
        {
            if (number != first + lengths.Count)
            {
                first = number;
                lengths.Clear();
            }

            lengths.Add(length);
        }

        return new SegmentCatalog(first, lengths, null, null, null);
    }

    private static SortedDictionary<uint, long> List(ILedgerFiles files, LedgerPaths paths, out string? problem)
    {
        SortedDictionary<uint, long> found = [];
        problem = null;
        foreach (StoredFile file in files.List(paths.Segments))
        {
            if (LedgerPaths.TryParseSegmentName(file.Name, out uint number))
            {
                found.Add(number, file.Length);
            }
            else if (LedgerPaths.LooksLikeSegment(file.Name))
            {
                problem ??= $"'{file.Name}' is no name of a segment file; eight digits and .seg expected";
            }
        }

        return found;
    }
}
