using System.Runtime.CompilerServices;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>
/// The three seed policies as somebody writes them who needs these three and no others: one method, no interface, the same verdicts with
/// the same reasons. What the gate is measured against.
/// </summary>
internal sealed class IfChainStage : Stage
{
    private readonly FloodBench _bench;
    private readonly bool[] _listed;
    private readonly RuleId _destroys;
    private readonly RuleId _tooWide;
    private readonly RuleId _unlisted;
    private readonly long[] _verdicts = new long[(int)VerdictKind.Reject + 1];

    public IfChainStage(FloodBench bench)
    {
        _bench = bench;
        _destroys = Rule(NoGlobalDestroy.Name);
        _tooWide = Rule(BlastNeedsPriority.Name);
        _unlisted = Rule(ResourceAllowlist.Name);
        SymbolTable symbols = bench.Vocabulary.Symbols;
        _listed = new bool[symbols.HighestId + 1];
        for (int i = 0; i < bench.Shape.Resources - bench.Shape.Unlisted; i++)
        {
            _listed[symbols.Intern(FloodShape.ResourceName(i)).Id] = true;
        }
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations--)
        {
            _verdicts[(int)Judge(in stream.Next()).Kind]++;
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _verdicts.Sum(), "verdicts");
        GateStage gate = new(_bench.Policies, _bench.Vocabulary.Rules);
        IntentStream again = new(_bench.Shape, _bench.Shape.Intern(_bench.Vocabulary));
        for (int i = 0; i < IntentStream.Window; i++)
        {
            ref readonly Intent intent = ref again.Next();
            WrongAnswerException.ThrowUnlessEqual(gate.Judge(in intent, intent.SubmittedTick), Judge(in intent), $"verdict on intent {intent.Id}");
        }

        return $"every verdict over {IntentStream.Window} intents as the gate gives it";
    }

    // Not into the loop: the gate's Judge is a call too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal Verdict Judge(in Intent intent)
    {
        if (intent.BlastRadius == BlastRadius.Global && (intent.Action == IntentAction.Destroy || (intent.Action == IntentAction.Scale && intent.Replicas == 0)))
        {
            return Verdict.Reject(_destroys);
        }

        if (intent.BlastRadius >= BlastRadius.Region && intent.Priority < Priority.Urgent)
        {
            return Verdict.Reject(_tooWide, (byte)Priority.Urgent);
        }

        if (intent.BlastRadius == BlastRadius.Service && intent.Priority < Priority.Normal)
        {
            return Verdict.Reject(_tooWide, (byte)Priority.Normal);
        }

        uint resource = intent.Resource.Id;
        bool[] listed = _listed;
        return resource < (uint)listed.Length && listed[resource] ? Verdict.Admit : Verdict.Defer(_unlisted);
    }

    private RuleId Rule(string name)
    {
        RuleTable rules = _bench.Vocabulary.Rules;
        return Enumerable.Range(1, (int)rules.HighestId).Select(id => rules.Find(new RuleId((uint)id))!).First(rule => rule.Name == name).Id;
    }
}
