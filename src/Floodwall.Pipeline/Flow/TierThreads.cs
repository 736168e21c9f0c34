using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// What raises decisions above Appended, beside the stages: the checkpoint thread, and the witness thread where there are witnesses.
/// </summary>
internal sealed class TierThreads : IDisposable
{
    private readonly LedgerWriter _ledger;
    private readonly Registrar _registrar;
    private readonly CheckpointWorker _checkpoints;
    private readonly WitnessWorker? _witness;

    /// <summary>Lays them out; <see cref="Start"/> starts them.</summary>
    public TierThreads(WallCore core, LedgerWriter ledger, PendingTable waits, Acknowledger acknowledger, WallOptions wall, int maxPending)
    {
        _ledger = ledger;
        _registrar = core.Registrar;
        _witness = wall.Witness is { } witness ? new WitnessWorker(witness, ledger, wall, waits, maxPending) : null;
        _checkpoints = new CheckpointWorker(ledger, core.Registrar, waits, wall.Checkpoints.Interval, maxPending, _witness);
        acknowledger.Worker = _checkpoints;
        Cadence = new CheckpointCadence(ledger, _checkpoints, core.Registrar, wall.Checkpoints.EveryEntries);
    }

    /// <summary>The ledger thread's half of checkpointing.</summary>
    public CheckpointCadence Cadence { get; }

    /// <summary>Whether Witnessed can be reached.</summary>
    public bool HasWitness => _witness is not null;

    /// <summary>Entries that are known to be witnessed.</summary>
    public ulong WitnessedSize => _witness?.WitnessedSize ?? 0;

    /// <summary>Why the latest checkpoint that went to the witnesses is not witnessed; null where it is, or none went.</summary>
    public Exception? WitnessFault => _witness?.Fault;

    /// <param name="ingress">Where checkpoints are asked for.</param>
    /// <param name="threadStarted">Called first in the checkpoint thread; or null.</param>
    public void Start(Ingress ingress, Action? threadStarted)
    {
        _checkpoints.Start(ingress.TryRequestCheckpoint, () => Cadence.IsDue, threadStarted);
        _witness?.Start();
    }

    /// <summary>Signs the last checkpoint and closes the ledger. After the stages have ended.</summary>
    /// <exception cref="LedgerException">The ledger could not be closed cleanly.</exception>
    public void Finish()
    {
        _checkpoints.Stop();
        if (_registrar.Fault is { } before)
        {
            _checkpoints.Fail(before);
            return;
        }

        if (_ledger.AppendedSize > _ledger.SignedSize)
        {
            _ledger.BeginSeal();
            _checkpoints.Publish();
        }

        if (_registrar.Fault is { } fault)
        {
            throw new LedgerPoisonedException("The ledger could not sign its last checkpoint.", fault);
        }

        _ledger.Close();
    }

    /// <summary>Gives the witnesses the last checkpoint, and fails whoever still waits for them. After <see cref="Finish"/>.</summary>
    public void Dispose()
    {
        _witness?.Stop();
        _witness?.Dispose();
        _checkpoints.Dispose();
    }
}
