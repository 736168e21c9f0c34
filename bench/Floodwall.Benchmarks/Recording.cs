using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>
/// From the verdict to the entry, in a real folder: the recording stage (vocabulary, encoding, append) and the registrar around it against the
/// bare append of as many bytes. A new ledger for every iteration, checked after. For one decision.
/// </summary>
[MemoryDiagnoser]
[MaxIterationCount(20)]
public class Recording
{
    private const int Rounds = 128;
    private const int Decisions = Rounds * Intents.Count;

    private readonly Ed25519Signer _signer = Ed25519Signer.FromSeed("bench.floodwall", new byte[32]);
    private readonly Intents _intents = new();
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private DirectoryInfo _folder = null!;
    private LedgerWriter _ledger = null!;
    private RecordingStage _recording = null!;
    private Registrar _registrar = null!;
    private ulong _last;
    private int _made;

    [GlobalSetup]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodwall-bench-");

    // All at once at the end: deleting large files slows first writes to new ones for a while.
    [GlobalCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [IterationSetup]
    public void Open()
    {
        _ledger = LedgerWriter.Open(new LedgerOptions { Directory = Path.Combine(_folder.FullName, $"{_made++}") }, _signer);
        _recording = new RecordingStage(_ledger, new RecordedVocabulary(), _intents.Vocabulary, RefusalRecording.CountPerTick);
        _registrar = new Registrar(_recording, handler: null, acknowledger: null, _intents.Vocabulary.Rules);
    }

    [IterationCleanup]
    public void Check()
    {
        _ledger.Close();
        VerificationReport report = LedgerVerifier.Verify(Path.Combine(_folder.FullName, $"{_made - 1}"), _signer.VerifierKey);
        Answer.Require(report.Status == VerificationStatus.Good, report.Message);
        Answer.Require(_last + 1, report.SignedSize, "signed entries");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Decisions, Description = "LedgerWriter.Begin and Commit")]
    public ulong Append()
    {
        for (int i = 0; i < Decisions; i++)
        {
            _payload.CopyTo(_ledger.Begin(WallEntryKinds.Decision, DecisionEntry.CoreLength, out _last));
            _ledger.Commit();
        }

        return _last;
    }

    [Benchmark(OperationsPerInvoke = Decisions, Description = "RecordingStage.Decision")]
    public ulong Record()
    {
        Verdict verdict = Verdict.Admit;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (ref readonly Intent intent in _intents.All.AsSpan())
            {
                _last = _recording.Decision(in intent, in verdict, Straight(in intent));
            }
        }

        return _last;
    }

    [Benchmark(OperationsPerInvoke = Decisions, Description = "Registrar.Decide")]
    public ulong Decide()
    {
        Verdict verdict = Verdict.Admit;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (ref readonly Intent intent in _intents.All.AsSpan())
            {
                _last = _registrar.Decide(in intent, ref verdict, Straight(in intent)).EntryIndex;
            }
        }

        Answer.Require((ulong)Decisions, _registrar.Counters.Decided, "decided");
        return _last;
    }

    private static Passing Straight(in Intent intent) => new() { AdmittedTick = intent.SubmittedTick, Now = intent.SubmittedTick };
}
