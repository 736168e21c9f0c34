using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>The gate's three seed policies against the same three written out as one chain of ifs. For one intent.</summary>
[MemoryDiagnoser]
public class Gate
{
    private readonly Intents _intents = new();
    private GateStage _gate = null!;
    private bool[] _allowed = [];
    private int _expected;

    [GlobalSetup]
    public void Check()
    {
        _gate = new GateStage(_intents.Policies, _intents.Vocabulary.Rules);
        _allowed = new bool[_intents.Vocabulary.Symbols.HighestId + 1];
        for (int i = 0; i < Intents.Resources - Intents.Unlisted; i++)
        {
            Answer.Require(_intents.Vocabulary.Symbols.TryFind($"resource-{i}", out Symbol symbol), "an allowed resource has a symbol");
            _allowed[symbol.Id] = true;
        }

        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            Answer.Require(Chain(in intent), _gate.Judge(in intent, 0).Kind == VerdictKind.Admit ? 0 : (int)_gate.Judge(in intent, 0).Kind, $"verdict on intent {intent.Id}");
            _expected += Chain(in intent);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "if chain")]
    public int Ifs()
    {
        int sum = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            sum += Chain(in intent);
        }

        return Checked(sum);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "GateStage")]
    public int Stage()
    {
        int sum = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            sum += (int)_gate.Judge(in intent, 0).Kind;
        }

        return Checked(sum);
    }

    private int Chain(in Intent intent)
    {
        if (intent.BlastRadius == BlastRadius.Global && (intent.Action == IntentAction.Destroy || (intent.Action == IntentAction.Scale && intent.Replicas == 0)))
        {
            return (int)VerdictKind.Reject;
        }

        if ((intent.BlastRadius >= BlastRadius.Region && intent.Priority < Priority.Urgent)
            || (intent.BlastRadius == BlastRadius.Service && intent.Priority < Priority.Normal))
        {
            return (int)VerdictKind.Reject;
        }

        return intent.Resource.Id < (uint)_allowed.Length && _allowed[intent.Resource.Id] ? 0 : (int)VerdictKind.Defer;
    }

    private int Checked(int sum)
    {
        Answer.Require(_expected, sum, "sum of the verdicts");
        return sum;
    }
}
