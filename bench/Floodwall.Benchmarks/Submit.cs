using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>
/// From submit to the decision without a ledger: the synchronous wall and the pipeline in the submitter's own thread against admission and gate
/// called one after the other. For one intent; with a ledger it is the load harness that measures.
/// </summary>
[MemoryDiagnoser]
public class Submit
{
    private readonly Intents _intents = new();
    private AdmissionStage _admission = null!;
    private GateStage _gate = null!;
    private Wall _wall = null!;
    private FloodwallPipeline _pipeline = null!;
    private int _expected;

    [GlobalSetup]
    public void Start()
    {
        // The intents' symbols are those of every vocabulary that is made alike.
        WallOptions options = new()
        {
            Admission = AdmissionSettings.Unlimited,
            SymbolCapacity = _intents.Vocabulary.Symbols.Capacity,
            Policies = Intents.PoliciesOf,
        };
        _admission = new AdmissionStage(options.Admission, options.SymbolCapacity);
        _gate = new GateStage(_intents.Policies, _intents.Vocabulary.Rules);
        _wall = Wall.Open(options);
        _pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = Topology.Direct });
        Intents.NamesOf(_wall.Vocabulary);
        Intents.NamesOf(_pipeline.Vocabulary);
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            _expected += _gate.Judge(in intent, 0).Kind == VerdictKind.Admit ? 1 : 0;
        }
    }

    [GlobalCleanup]
    public void Stop()
    {
        _wall.Dispose();
        _pipeline.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "admission and gate by hand")]
    public int Stages()
    {
        int admitted = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            if (!_admission.Admit(in intent, intent.SubmittedTick, 0, 1).IsRefused)
            {
                admitted += _gate.Judge(in intent, intent.SubmittedTick).Kind == VerdictKind.Admit ? 1 : 0;
            }
        }

        return Checked(admitted);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "Wall.Submit")]
    public int Synchronous()
    {
        int admitted = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            admitted += _wall.Submit(in intent).IsAdmitted ? 1 : 0;
        }

        return Checked(admitted);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "FloodwallPipeline.Submit (Direct)")]
    public int Direct()
    {
        ulong before = _pipeline.Counters.Admitted;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            _pipeline.Submit(in intent);
        }

        return Checked((int)(_pipeline.Counters.Admitted - before));
    }

    private int Checked(int admitted)
    {
        Answer.Require(_expected, admitted, "admitted");
        return admitted;
    }
}
