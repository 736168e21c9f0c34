using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>AdmissionStage alone: live set (empty), room, bucket.</summary>
internal sealed class AdmitStage(FloodBench bench) : Stage
{
    private readonly AdmissionStage _admission = new(bench.Shape.Wall(null, null).Admission, bench.Vocabulary.Symbols.Capacity);
    private long _admitted;
    private long _refused;

    public override void Run(long operations)
    {
        IntentStream stream = bench.Stream;
        for (; operations > 0; operations--)
        {
            ref readonly Intent intent = ref stream.Next();
            if (_admission.Admit(in intent, intent.SubmittedTick, 0, 1).IsRefused)
            {
                _refused++;
            }
            else
            {
                _admitted++;
            }
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _admitted + _refused, "admitted and refused");
        WrongAnswerException.ThrowUnless(_admitted > operations / 2, $"only {_admitted} of {operations} admitted");
        return $"{100.0 * _refused / operations:0.0}% refused";
    }
}

/// <summary>The whole intake (clock, admission, release), straight through or by way of the queue.</summary>
internal sealed class IntakeStage : Stage
{
    private readonly FloodBench _bench;
    private readonly Intake _intake;
    private readonly bool _queued;
    private CountingSink _sink;
    private long _waited;

    public IntakeStage(FloodBench bench, bool queued)
    {
        _bench = bench;
        _queued = queued;
        AdmissionSettings settings = bench.Shape.Wall(null, null).Admission;
        if (queued)
        {
            // Nothing leaves by itself, so that everything waits until the next drain.
            settings = new AdmissionSettings(
                settings.BurstUnits / (double)AdmissionSettings.TokenScale,
                settings.RefillUnits / (double)AdmissionSettings.TokenScale,
                releasePerTick: 0,
                maxAgents: settings.MaxAgents);
        }

        _intake = new Intake(settings, bench.Vocabulary.Symbols.Capacity, RefusalRecording.CountPerTick);
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        const int Depth = 4096;
        for (; operations > 0; operations--)
        {
            _waited += _intake.Submit(in stream.Next(), 0, ref _sink) ? 1 : 0;
            if (_queued && _intake.Queued == Depth)
            {
                _intake.Drain(ref _sink);
            }
        }

        _intake.Drain(ref _sink);
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _sink.Released + _sink.Refused, "released and refused");
        WrongAnswerException.ThrowUnlessEqual(_queued ? _sink.Released : 0, _waited, "intents that waited");
        WrongAnswerException.ThrowUnlessEqual(FloodBench.SumBelow(operations), _sink.IdSum, "sum of the ids");
        return $"{100.0 * _sink.Refused / operations:0.0}% refused, {_waited} waited";
    }

    private struct CountingSink : IIntakeSink
    {
        public long Released { get; private set; }

        public long Refused { get; private set; }

        public ulong IdSum { get; private set; }

        public void Release(in Intent intent, in Passing passing)
        {
            Released++;
            IdSum += intent.Id;
        }

        public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket)
        {
            Refused++;
            IdSum += intent.Id;
        }

        public readonly void Count(in RefusalCount count)
        {
        }

        public readonly void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket) =>
            throw new WrongAnswerException("the intake reported a fault");

        public readonly void Accept(in Fact fact)
        {
        }

        public readonly void Swap(uint ticket, ulong now)
        {
        }

        public readonly void Drained(ulong now)
        {
        }

        public readonly ulong Snapshot() => 0;

        public readonly void Checkpoint()
        {
        }
    }
}

/// <summary>The lanes alone: one in, one out, with a thousand waiting.</summary>
internal sealed class LanesStage : Stage
{
    private const int Depth = 1024;

    private readonly FloodBench _bench;
    private readonly PriorityLanes _lanes = new(65_536);
    private ulong _sum;

    public LanesStage(FloodBench bench)
    {
        _bench = bench;
        for (int i = 0; i < Depth; i++)
        {
            _lanes.Enqueue(in bench.Stream.Next(), 0, 0);
        }
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations--)
        {
            _lanes.Enqueue(in stream.Next(), 0, 0);
            _sum += _lanes.Dequeue().Intent.Id;
        }
    }

    public override string Check(long operations)
    {
        while (!_lanes.IsEmpty)
        {
            _sum += _lanes.Dequeue().Intent.Id;
        }

        return FloodBench.RequireIdSum(operations + Depth, _sum);
    }
}
