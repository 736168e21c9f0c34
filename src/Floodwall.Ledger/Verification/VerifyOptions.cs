namespace Floodwall.Ledger;

/// <summary>How to verify a ledger.</summary>
public sealed record VerifyOptions
{
    /// <summary>Called now and then with the number of entries checked; or null.</summary>
    public Action<ulong>? Progress { get; init; }

    /// <summary>A tree head that the ledger must continue, such as an earlier checkpoint the caller kept; or null.</summary>
    public TreeHead? Pinned { get; init; }

    /// <summary>The file system; null for this machine's.</summary>
    public ILedgerFiles? Files { get; init; }
}
