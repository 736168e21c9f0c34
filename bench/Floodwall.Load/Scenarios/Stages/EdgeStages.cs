using Disruptor;
using Disruptor.Dsl;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>The producer's own part: takes the next intent of the window and nothing else. Part of every stage below that has a flood.</summary>
internal sealed class FloodStage(FloodBench bench) : Stage
{
    private ulong _sum;

    public override void Run(long operations)
    {
        IntentStream stream = bench.Stream;
        for (; operations > 0; operations--)
        {
            _sum += stream.Next().Id;
        }
    }

    public override string Check(long operations) => FloodBench.RequireIdSum(operations, _sum);
}

/// <summary>The check at the edge.</summary>
internal sealed class EdgeCheckStage(FloodBench bench) : Stage
{
    private long _valid;

    public override void Run(long operations)
    {
        IntentStream stream = bench.Stream;
        SymbolTable symbols = bench.Vocabulary.Symbols;
        AttributeTable attributes = bench.Vocabulary.Attributes;
        for (; operations > 0; operations--)
        {
            _valid += IntentCheck.IsValid(in stream.Next(), symbols, attributes) ? 1 : 0;
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _valid, "valid intents");
        return "all valid";
    }
}

/// <summary>Claim, copy, publish and read back on one thread: the ring's instructions without the hop between cores.</summary>
internal sealed class RingPassStage : Stage
{
    private const int Batch = 256;

    private readonly FloodBench _bench;
    // A strategy that producers need not signal: signalling takes a lock at every publish.
    private readonly ValueRingBuffer<WallCommand> _ring =
        ValueRingBuffer<WallCommand>.CreateMultiProducer(static () => default, 4096, new SleepingWaitStrategy());
    private readonly Sequence _consumed = new();
    private ulong _sum;

    public RingPassStage(FloodBench bench)
    {
        _bench = bench;
        _ring.AddGatingSequences(_consumed);
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations -= Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                FloodBench.Publish(_ring, in stream.Next());
            }

            long next = _consumed.Value + 1;
            for (int i = 0; i < Batch; i++, next++)
            {
                _sum += _ring.IsAvailable(next) ? _ring[next].Intent.Id : 0;
            }

            _consumed.SetValue(next - 1);
        }
    }

    public override string Check(long operations) => FloodBench.RequireIdSum(operations, _sum);
}

/// <summary>The hop proper: one producer, one consumer, two threads, the ingress ring's slots of 192 bytes.</summary>
internal sealed class RingHopStage : Stage, IDisposable
{
    private readonly FloodBench _bench;
    private readonly Adder _adder = new();
    private readonly ValueDisruptor<WallCommand> _disruptor;
    private long _published;

    public RingHopStage(FloodBench bench, IWaitStrategy wait)
    {
        _bench = bench;
        _disruptor = new ValueDisruptor<WallCommand>(static () => default, 4096, TaskScheduler.Default, ProducerType.Multi, wait);
        _disruptor.HandleEventsWith(_adder);
        _disruptor.Start();
    }

    // At the end of a call the ring runs empty.
    public override long Chunk => 1 << 20;

    public override void Run(long operations)
    {
        _published += operations;
        ValueRingBuffer<WallCommand> ring = _disruptor.RingBuffer;
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations--)
        {
            FloodBench.Publish(ring, in stream.Next());
        }

        while (_disruptor.GetSequenceValueFor(_adder) < _published - 1)
        {
            Thread.Yield();
        }
    }

    public override string Check(long operations) => FloodBench.RequireIdSum(operations, _adder.Sum);

    public void Dispose() => _disruptor.Shutdown();

    private sealed class Adder : IValueEventHandler<WallCommand>
    {
        public ulong Sum { get; private set; }

        public void OnEvent(ref WallCommand data, long sequence, bool endOfBatch) => Sum += data.Intent.Id;
    }
}
