using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>The gate with the flood's policies.</summary>
internal sealed class JudgeStage : Stage
{
    private readonly FloodBench _bench;
    private readonly GateStage _gate;
    private readonly long[] _verdicts = new long[(int)VerdictKind.Reject + 1];

    public JudgeStage(FloodBench bench)
    {
        _bench = bench;
        _gate = new GateStage(bench.Policies, new GateContext(bench.Vocabulary, new FactTable()));
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations--)
        {
            ref readonly Intent intent = ref stream.Next();
            _verdicts[(int)_gate.Judge(in intent, intent.SubmittedTick).Kind]++;
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _verdicts.Sum(), "verdicts");
        WrongAnswerException.ThrowUnlessEqual(0ul, _gate.Faults, "faults of policies");
        return $"{Share(VerdictKind.Admit)} admitted, {Share(VerdictKind.Defer)} deferred, {Share(VerdictKind.Reject)} rejected";

        string Share(VerdictKind kind) => $"{100.0 * _verdicts[(int)kind] / operations:0.0}%";
    }
}
