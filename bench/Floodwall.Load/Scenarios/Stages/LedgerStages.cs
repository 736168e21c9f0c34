using System.Runtime.InteropServices;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>A decision as bytes, into a buffer.</summary>
internal sealed class EncodeStage(FloodBench bench) : Stage
{
    private readonly byte[] _buffer = new byte[DecisionEntry.MaxLength];
    private ulong _sum;
    private long _bytes;

    public override void Run(long operations)
    {
        IntentStream stream = bench.Stream;
        Span<byte> buffer = _buffer;
        Verdict verdict = Verdict.Admit;
        for (; operations > 0; operations--)
        {
            ref readonly Intent intent = ref stream.Next();
            int length = DecisionEntry.LengthOf(in intent, in verdict, intent.SubmittedTick, intent.SubmittedTick);
            DecisionEntry.Write(buffer[..length], in intent, in verdict, intent.SubmittedTick, intent.SubmittedTick);
            _sum += MemoryMarshal.Read<ulong>(buffer[7..]);
            _bytes += length;
        }
    }

    public override string Check(long operations) => $"{FloodBench.RequireIdSum(operations, _sum)}, {(double)_bytes / operations:0.0} bytes each";
}

/// <summary>
/// Begin, 47 bytes of payload, Commit, with the hashing that commits bring in the same thread, so that it can be taken off again; no
/// vocabulary, no encoding.
/// </summary>
internal sealed class AppendStage : Stage, IDisposable
{
    private readonly string _directory;
    private readonly LedgerWriter _ledger;
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private ulong _next;

    public AppendStage(LedgerOptions ledger)
    {
        _directory = ledger.Directory;
        _ledger = LedgerWriter.Open(ledger with { HashInBackground = false }, FloodShape.Signer);
        new Random(1).NextBytes(_payload);
    }

    public override long MostOperations => 20_000_000;

    public override void Run(long operations)
    {
        LedgerWriter ledger = _ledger;
        ReadOnlySpan<byte> payload = _payload;
        for (; operations > 0; operations--)
        {
            Span<byte> at = ledger.Begin(WallEntryKinds.Decision, DecisionEntry.CoreLength, out _);
            payload.CopyTo(at);
            MemoryMarshal.Write(at[7..], _next++);
            ledger.Commit();
        }
    }

    public override string Check(long operations)
    {
        _ledger.Close();
        return LedgerProof.Of(_directory, operations, FloodBench.SumBelow(operations));
    }

    public void Dispose() => _ledger.Dispose();
}

/// <summary>
/// From the verdict to the entry: the recording stage, or the registrar around it with counters and handler. Bundles are hashed as the wall
/// has it: on another thread where there is a second core.
/// </summary>
internal sealed class RecordStage : Stage, IDisposable
{
    private readonly FloodBench _bench;
    private readonly string _directory;
    private readonly LedgerWriter _ledger;
    private readonly RecordingStage _recording;
    private readonly Registrar? _registrar;
    private readonly DecisionTally _tally = new();

    public RecordStage(FloodBench bench, LedgerOptions ledger, bool registrar)
    {
        _bench = bench;
        _directory = ledger.Directory;
        _ledger = LedgerWriter.Open(ledger, FloodShape.Signer);
        _recording = new RecordingStage(_ledger, new RecordedVocabulary(), bench.Vocabulary, RefusalRecording.CountPerTick);
        _registrar = registrar ? new Registrar(_recording, _tally, acknowledger: null, bench.Vocabulary.Rules) : null;
    }

    public override long MostOperations => 20_000_000;

    public override void Run(long operations)
    {
        if (_registrar is { } registrar)
        {
            Decide(registrar, operations);
        }
        else
        {
            Record(operations);
        }
    }

    public override string Check(long operations)
    {
        _ledger.Close();
        WrongAnswerException.ThrowUnlessEqual(_registrar is null ? 0 : operations, _tally.Told, "decisions told");
        return LedgerProof.Of(_directory, operations, FloodBench.SumBelow(operations));
    }

    public void Dispose() => _ledger.Dispose();

    private void Record(long operations)
    {
        IntentStream stream = _bench.Stream;
        Verdict verdict = Verdict.Admit;
        for (; operations > 0; operations--)
        {
            ref readonly Intent intent = ref stream.Next();
            _recording.Decision(in intent, in verdict, Straight(in intent));
        }
    }

    private static Passing Straight(in Intent intent) => new() { AdmittedTick = intent.SubmittedTick, Now = intent.SubmittedTick };

    private void Decide(Registrar registrar, long operations)
    {
        IntentStream stream = _bench.Stream;
        Verdict verdict = Verdict.Admit;
        for (; operations > 0; operations--)
        {
            ref readonly Intent intent = ref stream.Next();
            registrar.Decide(in intent, ref verdict, Straight(in intent));
        }
    }
}
