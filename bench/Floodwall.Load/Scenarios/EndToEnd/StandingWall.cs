using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>A wall that stays open over several runs, for what takes long to set up: millions of agents, a large ledger.</summary>
internal abstract class StandingWall(LedgerOptions? ledger) : IDisposable
{
    private long _submitted;

    protected DecisionTally Tally { get; } = new();

    /// <summary>Opens one and interns the flood's names.</summary>
    /// <param name="shape">The flood; its rules are the layout's.</param>
    /// <param name="layout">The way it runs.</param>
    /// <param name="ledger">Its ledger; null for none.</param>
    public static StandingWall Open(FloodShape shape, WallLayout layout, LedgerOptions? ledger)
    {
        shape = shape with { Rules = layout.Rules };
        return layout.Topology is { } topology ? new Threaded(shape, layout, topology, ledger) : new Synchronous(shape, ledger);
    }

    /// <summary>Submits so many without measuring; where the flood draws names, in turn, so that all of them are met.</summary>
    public void Settle(long intents)
    {
        SetInTurn(true);
        Submit("settling", intents);
        SetInTurn(false);
        _submitted += intents;
    }

    /// <summary>One run.</summary>
    public Reading Run(string series, long intents)
    {
        Reading reading = Submit(series, intents);
        _submitted += intents;
        return reading;
    }

    /// <summary>Closes it and proves that everything submitted was decided or refused and, where there is a ledger, stands in it.</summary>
    /// <exception cref="WrongAnswerException">It was not.</exception>
    public string CloseAndProve()
    {
        WallCounters counters = Close();
        WrongAnswerException.ThrowUnlessEqual(_submitted, Tally.Told, "outcomes told");
        WrongAnswerException.ThrowUnlessEqual((ulong)_submitted, counters.Decided + counters.Refused, "decided and refused");
        WrongAnswerException.ThrowUnlessEqual((ulong)Tally.Decided, counters.Decided, "decisions told");
        WrongAnswerException.ThrowUnless(Tally.Decided > _submitted / 2, $"only {Tally.Decided} of {_submitted} were decided");
        string answer = $"{Tally.Decided} decided ({Tally.Admitted} admitted), {Tally.Told - Tally.Decided} refused, id sum {Tally.IdSum:x}";
        return ledger is null ? answer : $"{answer}; {LedgerProof.Of(ledger.Directory, Tally.Decided, Tally.DecidedIdSum)}";
    }

    public abstract void Dispose();

    protected abstract Reading Submit(string series, long intents);

    protected abstract void SetInTurn(bool inTurn);

    protected abstract WallCounters Close();

    private sealed class Synchronous : StandingWall
    {
        private readonly Wall _wall;
        private readonly IntentStream _stream;

        public Synchronous(FloodShape shape, LedgerOptions? ledger)
            : base(ledger)
        {
            _wall = Wall.Open(shape.Wall(ledger, Tally));
            _stream = new IntentStream(shape, shape.Intern(_wall.Vocabulary));
        }

        public override void Dispose() => _wall.Dispose();

        protected override void SetInTurn(bool inTurn) => _stream.InTurn = inTurn;

        protected override Reading Submit(string series, long intents)
        {
            Meter meter = Meter.Start();
            for (long left = intents; left > 0; left -= Producer.Chunk)
            {
                SubmitChunk(Math.Min(left, Producer.Chunk));
            }

            Reading reading = meter.Stop(series, intents);
            return reading with { ProducerBytes = reading.AllocatedBytes };
        }

        protected override WallCounters Close()
        {
            _wall.Close();
            return _wall.Counters;
        }

        private void SubmitChunk(long intents)
        {
            Wall wall = _wall;
            IntentStream stream = _stream;
            for (; intents > 0; intents--)
            {
                wall.Submit(in stream.Next());
            }
        }
    }

    private sealed class Threaded : StandingWall
    {
        private readonly FloodwallPipeline _pipeline;
        private readonly Producer[] _producers;

        public Threaded(FloodShape shape, WallLayout layout, Topology topology, LedgerOptions? ledger)
            : base(ledger)
        {
            _pipeline = FloodwallPipeline.Open(shape.Wall(ledger, Tally), layout.Pipeline(topology));
            FloodNames names = shape.Intern(_pipeline.Vocabulary);
            FloodClock clock = new();
            _producers = [.. Enumerable.Range(0, layout.Producers).Select(i => new Producer(_pipeline, new IntentStream(shape, names, clock, i)))];
        }

        public override void Dispose()
        {
            Array.ForEach(_producers, producer => producer.Dispose());
            _pipeline.Dispose();
        }

        protected override void SetInTurn(bool inTurn) => Array.ForEach(_producers, producer => producer.Stream.InTurn = inTurn);

        protected override Reading Submit(string series, long intents)
        {
            Meter meter = Meter.Start();
            long told = Producer.SubmitAll(_producers, _pipeline, Tally, intents);
            Reading reading = meter.Stop(series, intents, Producer.Earliest(_producers), told);
            return reading with { ProducerBytes = _producers.Sum(producer => producer.Allocated) };
        }

        protected override WallCounters Close()
        {
            _pipeline.Close();
            WrongAnswerException.ThrowUnless(_pipeline.Fault is null, $"the wall failed: {_pipeline.Fault?.Message}");
            return _pipeline.Counters;
        }
    }
}
