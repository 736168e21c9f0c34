namespace Floodwall.Ledger;

/// <summary>What opening a ledger for writing found and did.</summary>
public sealed record OpenReport
{
    /// <summary>Whether the ledger was created just now.</summary>
    public required bool Created { get; init; }

    /// <summary>Entries after opening, the recovery entry included.</summary>
    public required ulong AppendedSize { get; init; }

    /// <summary>The largest size that was signed before: the floor below which any damage would have been refused.</summary>
    public required ulong SignedSize { get; init; }

    /// <summary>Why a tail was cut off, if one was.</summary>
    public RecoveryReason Recovery { get; init; }

    /// <summary>What was wrong with the tail; null where nothing was cut.</summary>
    public string? Problem { get; init; }

    /// <summary>Bytes cut off and kept in <see cref="SideFile"/>.</summary>
    public long CutBytes { get; init; }

    /// <summary>The file that keeps what was cut off; null where nothing was.</summary>
    public string? SideFile { get; init; }

    /// <summary>Whether checkpoint and high-water mark did not agree, as after a crash between the two, and were written anew.</summary>
    public bool Republished { get; init; }
}
