namespace Floodwall.Pipeline;

/// <summary>
/// When the wall writes its state into the ledger, beside at close: snapshots bound how much a restart has to read.
/// </summary>
public sealed class SnapshotSettings
{
    /// <summary>The most outcomes between two snapshots.</summary>
    public const ulong MaxEntries = 1 << 24;

    /// <param name="everyEntries">
    /// Outcomes recorded since the last one: 1 to 2^24. Where the state is large it is written less often, so that snapshots stay under
    /// about a sixteenth of the ledger.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public SnapshotSettings(ulong everyEntries = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfZero(everyEntries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(everyEntries, MaxEntries);
        EveryEntries = everyEntries;
    }

    /// <summary>Outcomes between two snapshots.</summary>
    public ulong EveryEntries { get; }
}
