namespace Floodwall.Pipeline;

/// <summary>What a wall went on with when it opened.</summary>
public sealed record ResumeReport
{
    /// <summary>The wall's logical time; it never goes back.</summary>
    public required ulong Clock { get; init; }

    /// <summary>Agents whose buckets were brought back.</summary>
    public required int Agents { get; init; }

    /// <summary>Intents on record as waiting that wait again, see <see cref="WallOptions.RequeueWaiting"/>.</summary>
    public required int Queued { get; init; }

    /// <summary>Intents on record as waiting that do not; their tokens stay spent.</summary>
    public int GivenUp { get; init; }

    /// <summary>The first entry that was read; the state before it came from a snapshot, or there was none.</summary>
    public required ulong FirstEntry { get; init; }

    /// <summary>The entries of the ledger when it was opened.</summary>
    public required ulong Size { get; init; }

    /// <summary>What is on record and should not be; the wall goes on with what is on record.</summary>
    public required IReadOnlyList<ReplayMismatch> Mismatches { get; init; }

    /// <summary>What could not be brought back, and why.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
