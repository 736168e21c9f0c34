namespace Floodwall.Ledger;

/// <summary>How to open a ledger for writing.</summary>
public sealed record LedgerOptions
{
    /// <summary>The ledger's folder; made where it is absent.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The state folder, which must not lie inside the ledger's: it holds the high-water mark, and whoever restores an old copy of
    /// the ledger should not restore an old mark with it. Null for <c>Directory.state</c> beside it.
    /// </summary>
    public string? StateDirectory { get; init; }

    /// <summary>
    /// Bytes of a segment file: 4 MiB to 1 GiB, a multiple of 64 KiB. Counts when the ledger is created; an existing one keeps the
    /// size that its genesis entry states.
    /// </summary>
    public long SegmentBytes { get; init; } = LedgerLimits.DefaultSegmentBytes;

    /// <summary>
    /// The folder that keeps segment files nobody needs any more, those that pruning drops above all, and from which new segments are
    /// made; null to delete the old and make the new. It is made where it is absent, must be on the ledger's file system and outside of
    /// its two folders; ledgers may share it. Their blocks are written to again, which disks that give out blocks on the first write to
    /// them take many times faster. On Linux, where the file system can zero a file in its blocks, as ext4 does; elsewhere files from
    /// here are deleted and segments made anew. What was in a file stays on the disk until the file is used again.
    /// </summary>
    public string? RecycleDirectory { get; init; }

    /// <summary>Files that <see cref="RecycleDirectory"/> keeps at most, as far as this ledger adds to it: 0 to 65,536; more are deleted.</summary>
    public int MaxRecycled { get; init; } = 16;

    /// <summary>
    /// Opens a ledger whose high-water mark is absent, as after moving it to another machine. Only for an operator who knows that
    /// no newer copy exists: without the mark a rolled-back ledger cannot be told from a current one.
    /// </summary>
    public bool AllowMissingHighWater { get; init; }

    /// <summary>
    /// Threads that check the log as it is opened, each with up to 2 MiB of its own; 0 for one on each core. Everything is checked
    /// whatever their number.
    /// </summary>
    public int VerifyThreads { get; init; }

    /// <summary>
    /// Whether full bundles are hashed on a thread of their own, which takes a third off what an append costs; null for wherever there
    /// is more than one core. The ledger's bytes are the same.
    /// </summary>
    public bool? HashInBackground { get; init; }

    /// <summary>
    /// Called first in each thread that the ledger runs while it is open, the one that hashes and the one that prepares segments, to
    /// set its core or priority; or null. Must not throw.
    /// </summary>
    public Action? ThreadStarted { get; init; }

    /// <summary>Called now and then, in the opening thread, while the log is checked; or null.</summary>
    public Action<VerifyProgress>? Progress { get; init; }

    /// <summary>Checks the settings and gives the paths they name.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and its value.</exception>
    public LedgerPaths Validate()
    {
        if (!IsSegmentSize(SegmentBytes))
        {
            throw new ArgumentException(
                $"SegmentBytes is {SegmentBytes}; a multiple of {LedgerLimits.SegmentGranule} from {LedgerLimits.MinSegmentBytes} "
                + $"to {LedgerLimits.MaxSegmentBytes} expected",
                nameof(SegmentBytes));
        }

        if (RecycleDirectory is not null && string.IsNullOrWhiteSpace(RecycleDirectory))
        {
            throw new ArgumentException("RecycleDirectory is empty; a folder expected, or null", nameof(RecycleDirectory));
        }

        if (MaxRecycled is < 0 or > 65_536)
        {
            throw new ArgumentException($"MaxRecycled is {MaxRecycled}; 0 to 65536 expected", nameof(MaxRecycled));
        }

        LedgerPaths paths = new(Directory, StateDirectory);
        if (RecycleDirectory is not null && !(IsOutside(paths.Directory, RecycleDirectory) && IsOutside(paths.StateDirectory, RecycleDirectory)))
        {
            throw new ArgumentException(
                $"RecycleDirectory {RecycleDirectory} lies inside the ledger's own folders; whoever copies those would copy old segments too",
                nameof(RecycleDirectory));
        }

        if (!IsOutside(paths.Directory, paths.StateDirectory))
        {
            throw new ArgumentException(
                $"StateDirectory '{paths.StateDirectory}' lies inside the ledger's folder '{paths.Directory}'; it must lie outside",
                nameof(StateDirectory));
        }

        return paths;
    }

    /// <summary>Whether a path is neither a folder nor anything in it; links are not followed.</summary>
    private static bool IsOutside(string folder, string path)
    {
        string inside = Path.GetRelativePath(folder, path);
        return inside == ".." || inside.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.IsPathRooted(inside);
    }

    internal bool HashesInBackground => HashInBackground ?? Environment.ProcessorCount > 1;

    internal static bool IsSegmentSize(long bytes) =>
        bytes is >= LedgerLimits.MinSegmentBytes and <= LedgerLimits.MaxSegmentBytes && bytes % LedgerLimits.SegmentGranule == 0;
}
