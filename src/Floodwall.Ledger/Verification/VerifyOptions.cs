namespace Floodwall.Ledger;

/// <summary>How to verify a ledger.</summary>
public sealed record VerifyOptions
{
    /// <summary>Called now and then, in the caller's thread; or null.</summary>
    public Action<VerifyProgress>? Progress { get; init; }

    /// <summary>Threads that check, each with up to 2 MiB of its own; 0 for one on each core, 1 for the caller's alone. At most 48 are made.</summary>
    public int Threads { get; init; }

    /// <summary>Tree heads that the ledger must continue, such as earlier checkpoints that the caller kept.</summary>
    public IReadOnlyList<TreeHead> Pinned { get; init; } = [];

    /// <summary>The file system; null for this machine's.</summary>
    public ILedgerFiles? Files { get; init; }

    /// <summary>How the log is cut for the threads.</summary>
    internal int PieceBytes { get; init; } = WalkSettings.UsualPieceBytes;
}
