using System.Globalization;

namespace Floodwall.Ledger;

/// <summary>Something that a ledger's files should not hold, and where.</summary>
internal sealed record LedgerProblem
{
    /// <summary>The first entry that is, or may be, wrong or missing.</summary>
    public required ulong FirstEntry { get; init; }

    /// <summary>The last entry that may be wrong; the first one where the damage is known to the entry.</summary>
    public required ulong LastEntry { get; init; }

    /// <summary>Index of the entry at which reading stopped: everything before it has the right form.</summary>
    public required ulong DetectedAt { get; init; }

    /// <summary>Where it is and what is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>No crash leaves this behind: somebody put it there.</summary>
    public bool Foreign { get; init; }

    /// <summary>A problem at one entry, with its place in the files.</summary>
    public static LedgerProblem At(ulong entry, int segment, long offset, string what, bool foreign = false) => new()
    {
        FirstEntry = entry,
        LastEntry = entry,
        DetectedAt = entry,
        Foreign = foreign,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"entry {entry} (bundle {entry / LedgerLimits.EntriesPerBundle}, segment {segment}, offset 0x{offset:x}): {what}"),
    };

    /// <summary>A problem of something beside the log that stands for its entries from the first on.</summary>
    public static LedgerProblem Beside(string what) =>
        new() { FirstEntry = 0, LastEntry = 0, DetectedAt = 0, Foreign = true, Message = what };

    /// <summary>A problem that is somewhere in a range of entries.</summary>
    public static LedgerProblem InRange(ulong first, ulong last, ulong detectedAt, string what) => new()
    {
        FirstEntry = first,
        LastEntry = last,
        DetectedAt = detectedAt,
        Message = string.Create(
            CultureInfo.InvariantCulture, $"entries {first} to {last} (bundle {first / LedgerLimits.EntriesPerBundle}): {what}"),
    };
}
