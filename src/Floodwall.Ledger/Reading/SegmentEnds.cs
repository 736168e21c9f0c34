namespace Floodwall.Ledger;

/// <summary>
/// Judges how the data of a segment ends: the rest must be zero, and what follows must be what a writer would have made follow.
/// </summary>
/// <param name="catalog">The segments.</param>
/// <param name="successors">Looks at the segments behind.</param>
/// <param name="window">The view of the segment at hand.</param>
internal sealed class SegmentEnds(SegmentCatalog catalog, SegmentSuccessors successors, SegmentWindow window)
{
    /// <summary>The most bytes that a segment file may have, as far as is known.</summary>
    public static long AllowedLength(GenesisEntry? genesis) => genesis?.SegmentBytes ?? LedgerLimits.MaxSegmentBytes;

    /// <summary>The data ends at a bundle boundary: a next segment must have been due.</summary>
    /// <param name="index">Index of the next entry.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="offset">Where its data ends.</param>
    /// <param name="genesis">The genesis entry, where it was read.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public LedgerProblem? AtBoundary(ulong index, int segment, long offset, GenesisEntry? genesis)
    {
        if (Stray(index, segment, offset) is { } stray)
        {
            return stray;
        }

        bool followed = segment + 1 < catalog.End && !successors.IsBlankSpare(segment + 1, AllowedLength(genesis));
        return followed && Early(offset, genesis) is string early ? LedgerProblem.At(index, segment, offset, early) : null;
    }

    /// <summary>The log ends within a bundle: no later segment may hold anything.</summary>
    /// <inheritdoc cref="AtBoundary"/>
    public LedgerProblem? WithinBundle(ulong index, int segment, long offset, GenesisEntry? genesis)
    {
        if (Stray(index, segment, offset) is { } stray)
        {
            return stray;
        }

        if (catalog.Problem is not null)
        {
            return LedgerProblem.At(index, segment, offset, catalog.Problem, foreign: true);
        }

        int next = segment + 1;
        long allowed = AllowedLength(genesis);
        if (next >= catalog.End || (successors.IsBlankSpare(next, allowed) && next + 1 == catalog.End))
        {
            return null;
        }

        string what = catalog.LengthOf(next) > allowed
            ? $"the log ends here within a bundle, yet segment {next} has {catalog.LengthOf(next)} bytes"
            : $"the log ends here within a bundle, yet segment {next} is in use";
        return LedgerProblem.At(index, segment, offset, what, foreign: !successors.MayFollowCrash(next, allowed));
    }

    private LedgerProblem? Stray(ulong index, int segment, long offset)
    {
        long stray = window.FindNonZero(offset);
        return stray < 0 ? null : LedgerProblem.At(index, segment, offset, $"no entry stands here, yet the byte at 0x{stray:x} is not zero");
    }

    /// <summary>What is wrong with leaving the segment for the next one here; null where nothing is.</summary>
    private string? Early(long offset, GenesisEntry? genesis)
    {
        if (genesis is null)
        {
            return "the genesis entry is missing, yet another segment follows";
        }

        long due = genesis.SegmentBytes;
        return window.Length != due ? $"the segment file has {window.Length} bytes; {due} expected, as another segment follows"
            : due - offset >= LedgerLimits.MaxBundleBytes ? "the segment ends here though a bundle would fit, and another segment follows"
            : null;
    }
}
