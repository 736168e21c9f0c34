namespace Floodwall.Pipeline;

/// <summary>
/// When the state is to be written down: a function of how many outcomes were recorded and how large the last snapshot was, so that
/// the same commands have their snapshots at the same places whatever the threads, and snapshots stay a small part of the ledger.
/// </summary>
/// <param name="every">Outcomes between two snapshots, at least.</param>
/// <param name="since">Outcomes recorded since the last one.</param>
/// <param name="lastBytes">How large that was; 0 where there is none.</param>
internal struct SnapshotCadence(ulong every, ulong since, ulong lastBytes)
{
    /// <summary>A common decision with its length and header: what sizes are weighed against.</summary>
    private const ulong OutcomeBytes = 56;

    /// <summary>A snapshot is at most one part in this many of the ledger, as long as that keeps <see cref="SnapshotSettings.MaxEntries"/>.</summary>
    private const ulong Share = 16;

    /// <summary>Up to this length a snapshot may be taken as often as the setting says.</summary>
    private const ulong SmallBytes = 64 << 10;

    private ulong _since = since;
    private ulong _lastBytes = lastBytes;
    private ulong _due = Due(every, lastBytes);

    /// <summary>For walls without a ledger.</summary>
    public static SnapshotCadence Never => new(ulong.MaxValue, 0, 0);

    public readonly bool IsDue => _since >= _due;

    /// <summary>Whether reading what came since costs the next opening more than reading a snapshot would.</summary>
    public readonly bool IsWorthwhileAtClose => every != ulong.MaxValue && _since * OutcomeBytes >= _lastBytes;

    /// <summary>One more outcome that the ledger records.</summary>
    public void Count() => _since++;

    /// <summary>A snapshot was written, or could not be.</summary>
    public void Taken(ulong bytes)
    {
        _since = 0;
        _lastBytes = bytes;
        _due = Due(every, bytes);
    }

    private static ulong Due(ulong every, ulong bytes) =>
        Math.Max(every, Math.Min((bytes - Math.Min(bytes, SmallBytes)) * Share / OutcomeBytes, SnapshotSettings.MaxEntries));
}
