using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.EndToEnd;

/// <summary>The synchronous wall.</summary>
internal sealed class WallContender : Contender
{
    private readonly string _directory;
    private readonly SigningLog _signer = new(FloodShape.Signer);
    private readonly Wall _wall;
    private readonly IntentStream _stream;

    public WallContender(FloodShape shape, LedgerOptions ledger)
        : this(shape, ledger, new AnswerTally())
    {
    }

    private WallContender(FloodShape shape, LedgerOptions ledger, AnswerTally tally)
        : base(tally)
    {
        _directory = ledger.Directory;
        _wall = Wall.Open(shape.Wall(ledger, tally, _signer));
        _stream = new IntentStream(shape, shape.Intern(_wall.Vocabulary));
    }

    public override int SignedBetween(long from, long until) => _signer.Between(from, until);

    public override void Dispose() => _wall.Dispose();

    protected override void Submit(long intents) => SubmitTo(new WallTarget(_wall), _stream, intents);

    protected override Exception? Fault() => _wall.Fault;

    protected override string CloseAndRead(AnswerTally told)
    {
        _wall.Close();
        return LedgerProof.Of(_directory, told.Counts.Decided, told.Counts.DecidedIdSum);
    }

    private readonly struct WallTarget(Wall wall) : IIntentTarget
    {
        public void Submit(in Intent intent) => wall.Submit(in intent);
    }
}

/// <summary>The pipeline, with checkpoints signed at the default cadence.</summary>
internal sealed class PipelineContender : Contender
{
    private readonly string _directory;
    private readonly SigningLog _signer = new(FloodShape.Signer);
    private readonly FloodwallPipeline _pipeline;
    private readonly IntentStream _stream;

    public PipelineContender(FloodShape shape, LedgerOptions ledger, Topology topology)
        : this(shape, ledger, topology, new AnswerTally())
    {
    }

    private PipelineContender(FloodShape shape, LedgerOptions ledger, Topology topology, AnswerTally tally)
        : base(tally)
    {
        _directory = ledger.Directory;
        _pipeline = FloodwallPipeline.Open(shape.Wall(ledger, tally, _signer), new PipelineOptions { Topology = topology });
        _stream = new IntentStream(shape, shape.Intern(_pipeline.Vocabulary));
    }

    public override int SignedBetween(long from, long until) => _signer.Between(from, until);

    public override void Dispose() => _pipeline.Dispose();

    protected override void Submit(long intents) => SubmitTo(new PipelineTarget(_pipeline), _stream, intents);

    protected override Exception? Fault() => _pipeline.Fault;

    protected override string CloseAndRead(AnswerTally told)
    {
        _pipeline.Close();
        WrongAnswerException.ThrowUnless(_pipeline.Fault is null, $"the wall failed: {_pipeline.Fault?.Message}");
        return LedgerProof.Of(_directory, told.Counts.Decided, told.Counts.DecidedIdSum);
    }
}

/// <summary>What is assembled from the box.</summary>
internal sealed class AssembledContender : Contender
{
    private readonly string _path;
    private readonly AssembledWall _wall;
    private readonly IntentStream _stream;

    public AssembledContender(FloodShape shape, string path, bool isLean, AssembledTuning tuning)
        : this(shape, path, isLean, tuning, new AnswerTally())
    {
    }

    private AssembledContender(FloodShape shape, string path, bool isLean, AssembledTuning tuning, AnswerTally tally)
        : base(tally)
    {
        _path = path;
        _wall = new AssembledWall(shape, path, tally, isLean, tuning: tuning);
        _stream = new IntentStream(shape, shape.Intern(_wall.Vocabulary));
    }

    public override void Dispose() => _wall.Dispose();

    protected override void Submit(long intents) => SubmitTo(new AssembledTarget(_wall), _stream, intents);

    protected override Exception? Fault() => _wall.Fault;

    protected override string CloseAndRead(AnswerTally told)
    {
        _wall.Close();
        FloodAnswer logged = FloodAnswer.OfLog(_path);
        WrongAnswerException.ThrowUnlessEqual(told.Answer with { Refused = default }, logged, "decisions in the log");
        return $"{logged.Decided} records";
    }
}

/// <summary>The assembled wall as a target.</summary>
internal readonly struct AssembledTarget(AssembledWall wall) : IIntentTarget
{
    public void Submit(in Intent intent) => wall.Submit(in intent);
}
