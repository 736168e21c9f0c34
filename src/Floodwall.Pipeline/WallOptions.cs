using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>What a wall is made of, whichever way it runs.</summary>
public sealed class WallOptions
{
    /// <summary>Admission's bounds.</summary>
    public AdmissionSettings Admission { get; init; } = new();

    /// <summary>How refusals at admission are recorded.</summary>
    public RefusalRecording Refusals { get; init; }

    /// <summary>
    /// Makes the gate's policies, in the order in which they speak, once the vocabulary is there: reopened ledgers bring theirs.
    /// </summary>
    public Func<Vocabulary, IEnumerable<IPolicy>> Policies { get; init; } = static _ => [];

    /// <summary>The ledger; null for none: then nothing is recorded and no decision reaches a tier.</summary>
    public LedgerOptions? Ledger { get; init; }

    /// <summary>The ledger's key. Required with <see cref="Ledger"/>; the wall does not dispose it.</summary>
    public ISigner? Signer { get; init; }

    /// <summary>When checkpoints are signed.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>
    /// Has published checkpoints cosigned, on a thread of its own; null for none: then nobody can wait for
    /// <see cref="AckTier.Witnessed"/>. Requires <see cref="Ledger"/>. The pipeline calls it; the synchronous wall, which has no threads,
    /// does without. The wall does not dispose it.
    /// </summary>
    public ICheckpointWitness? Witness { get; init; }

    /// <summary>When checkpoints are witnessed.</summary>
    public WitnessSettings Witnessing { get; init; } = new();

    /// <summary>When the state is written into the ledger, so that opening it again reads only what came since.</summary>
    public SnapshotSettings Snapshots { get; init; } = new();

    /// <summary>
    /// Whether intents that the latest snapshot shows as waiting, and that nothing behind it decides, wait again when the ledger is opened
    /// after a crash. Off, they are given up, as are those that stand in no snapshot: whoever submitted them asks again. On, the handler
    /// may be told of an admission whose submitter was told <see cref="RefusalKind.LedgerUnavailable"/> before the crash, which no ledger
    /// could record; only for a wall whose submitters do not take that for the last word.
    /// </summary>
    public bool RequeueWaiting { get; init; }

    /// <summary>The most names over the ledger's life, see <see cref="SymbolTable"/>.</summary>
    public int SymbolCapacity { get; init; } = SymbolTable.DefaultCapacity;

    /// <summary>The most attribute sets over the ledger's life, see <see cref="AttributeTable"/>.</summary>
    public int AttributeCapacity { get; init; } = AttributeTable.DefaultCapacity;

    /// <summary>The most facts that the gate knows at once, see <see cref="FactTable"/>: 1 to 2^20.</summary>
    public int FactCapacity { get; init; } = FactTable.DefaultCapacity;

    /// <summary>Told of every outcome.</summary>
    public IDecisionHandler? Handler { get; init; }
}

/// <summary>When a checkpoint is signed, beside at close: whichever comes first.</summary>
public sealed class CheckpointSettings
{
    /// <param name="everyEntries">Entries appended since the last one: 1 or more.</param>
    /// <param name="interval">Time since something was appended and not signed, between 1 ms and 1 day; 200 ms when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public CheckpointSettings(ulong everyEntries = 1 << 20, TimeSpan? interval = null)
    {
        Interval = interval ?? TimeSpan.FromMilliseconds(200);
        ArgumentOutOfRangeException.ThrowIfZero(everyEntries);
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, TimeSpan.FromMilliseconds(1), nameof(interval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Interval, TimeSpan.FromDays(1), nameof(interval));
        EveryEntries = everyEntries;
    }

    /// <summary>Entries between two checkpoints.</summary>
    public ulong EveryEntries { get; }

    /// <summary>Time until what was appended is signed. The synchronous wall has no clock and does without.</summary>
    public TimeSpan Interval { get; }
}

/// <summary>When published checkpoints go to the witnesses: always the latest, one at a time.</summary>
public sealed class WitnessSettings
{
    /// <param name="interval">The least time between two attempts, 0 to 1 day; 1 s when null. Failed attempts wait longer each time, up to a minute.</param>
    /// <param name="closing">How long closing waits for a last attempt, 0 (none is made) to 1 hour; 5 s when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public WitnessSettings(TimeSpan? interval = null, TimeSpan? closing = null)
    {
        Interval = interval ?? TimeSpan.FromSeconds(1);
        Closing = closing ?? TimeSpan.FromSeconds(5);
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, TimeSpan.Zero, nameof(interval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Interval, TimeSpan.FromDays(1), nameof(interval));
        ArgumentOutOfRangeException.ThrowIfLessThan(Closing, TimeSpan.Zero, nameof(closing));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Closing, TimeSpan.FromHours(1), nameof(closing));
    }

    /// <summary>The least time between two attempts.</summary>
    public TimeSpan Interval { get; }

    /// <summary>How long closing waits for a last attempt.</summary>
    public TimeSpan Closing { get; }
}
