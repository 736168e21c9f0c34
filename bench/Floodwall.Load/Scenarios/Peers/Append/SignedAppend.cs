using System.Runtime.InteropServices;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Append;

/// <summary>54-byte entries into the ledger, hashing included, while its checkpoints are synced and signed on the wall's own thread, at its own cadence and in every call.</summary>
internal sealed class SignedAppend : Stage, IDisposable
{
    private const int IdOffset = 7;

    private readonly string _directory;
    private readonly LedgerWriter _ledger;
    private readonly Registrar _registrar;
    private readonly CheckpointWorker _worker;
    private readonly CheckpointCadence _cadence;
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private readonly ulong _signedBefore;
    private ulong _next;
    private bool _isWanted;

    public SignedAppend(LedgerOptions ledger)
    {
        CheckpointSettings checkpoints = new();
        _directory = ledger.Directory;
        _ledger = LedgerWriter.Open(ledger, FloodShape.Signer);
        _registrar = new Registrar(recording: null, handler: null, acknowledger: null, new Vocabulary(1024).Rules);
        _worker = new CheckpointWorker(_ledger, _registrar, new PendingTable(1), checkpoints.Interval, maxPending: 1, witness: null);
        _cadence = new CheckpointCadence(_ledger, _worker, _registrar, checkpoints.EveryEntries);
        _signedBefore = _ledger.SignedSize;
        _worker.Start(_ => Want(), () => false, threadStarted: null);
        new Random(1).NextBytes(_payload);
    }

    public override long MostOperations => 20_000_000;

    // At the end of a call everything is hashed.
    public override long Chunk => 1 << 18;

    public override void Run(long operations)
    {
        LedgerWriter ledger = _ledger;
        ReadOnlySpan<byte> payload = _payload;

        // A short run would otherwise end before the first one is due.
        _cadence.Request();
        for (; operations > 0; operations--)
        {
            Span<byte> at = ledger.Begin(WallEntryKinds.Decision, DecisionEntry.CoreLength, out _);
            payload.CopyTo(at);
            MemoryMarshal.Write(at[IdOffset..], _next++);
            ledger.Commit();
            if (Volatile.Read(ref _isWanted))
            {
                Volatile.Write(ref _isWanted, false);
                _cadence.Request();
            }

            _cadence.AfterEvent(endOfBatch: false);
        }

        // Bundles are hashed on a thread of its own; what it has not come to yet belongs to this run.
        ledger.SealTip();
    }

    public override string Check(long operations)
    {
        _worker.Stop();
        WrongAnswerException.ThrowUnless(_registrar.Fault is null, $"{_directory}: {_registrar.Fault?.Message}");
        WrongAnswerException.ThrowUnless(_ledger.SignedSize > _signedBefore, $"{_directory}: nothing was signed meanwhile");
        _ledger.Close();
        return LedgerProof.Of(_directory, operations, FloodBench.SumBelow(operations));
    }

    public void Dispose()
    {
        _worker.Stop();
        _worker.Dispose();
        _ledger.Dispose();
    }

    private bool Want()
    {
        Volatile.Write(ref _isWanted, true);
        return true;
    }
}
