namespace Floodwall.Ledger;

/// <summary>A complete, aligned subtree: the leaves [Index·2^Level, (Index + 1)·2^Level).</summary>
internal readonly record struct Subtree(int Level, ulong Index)
{
    /// <summary>The bundle that holds it; only where it is smaller than a bundle.</summary>
    public ulong Bundle => Index >> (Crypto.BundleHasher.Height - Level);

    /// <summary>The first of its leaves within its bundle; only where it is smaller than a bundle.</summary>
    public int FirstLeafInBundle => (int)(Index << Level) & (LedgerLimits.EntriesPerBundle - 1);
}
