namespace Floodwall.Ledger;

/// <summary>The segment files that a folder holds: numbers 0 to n−1 without gaps, or a statement of what is wrong.</summary>
internal sealed class SegmentCatalog
{
    private SegmentCatalog(IReadOnlyList<long> lengths, string? problem)
    {
        Lengths = lengths;
        Problem = problem;
    }

    /// <summary>File length of each segment, by number; those before the first gap.</summary>
    public IReadOnlyList<long> Lengths { get; }

    public int Count => Lengths.Count;

    /// <summary>A gap in the numbers or a name that is none; null where there is neither.</summary>
    public string? Problem { get; }

    public static SegmentCatalog Read(ILedgerFiles files, LedgerPaths paths)
    {
        SortedDictionary<uint, long> found = [];
        string? problem = null;
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

        List<long> lengths = [];
        foreach ((uint number, long length) in found)
        {
            if (number != lengths.Count)
            {
                problem ??= $"segment file {LedgerPaths.SegmentName((uint)lengths.Count)} is missing, though {LedgerPaths.SegmentName(number)} is there";
                break;
            }

            lengths.Add(length);
        }

        return new SegmentCatalog(lengths, problem);
    }
}
