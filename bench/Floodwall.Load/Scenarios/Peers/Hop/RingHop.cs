using Disruptor;
using Disruptor.Dsl;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>The ring that the wall is built on.</summary>
internal sealed class RingHop : HopStage, IDisposable
{
    private readonly Adder _adder = new();
    private readonly ValueDisruptor<HopSlot> _disruptor;

    public RingHop(IWaitStrategy wait)
    {
        _disruptor = new ValueDisruptor<HopSlot>(static () => default, HopSlot.Capacity, TaskScheduler.Default, ProducerType.Single, wait);
        _disruptor.HandleEventsWith(_adder);
        _disruptor.Start();
    }

    protected override ulong Received => (ulong)(_disruptor.GetSequenceValueFor(_adder) + 1);

    protected override ulong Sum => _adder.Sum.Sum;

    public void Dispose() => _disruptor.Shutdown();

    protected override void Send(ulong first, long operations)
    {
        ValueRingBuffer<HopSlot> ring = _disruptor.RingBuffer;
        for (; operations > 0; operations--)
        {
            long sequence = ring.Next();
            ring[sequence] = HopSlot.Of(first++);
            ring.Publish(sequence);
        }
    }

    private sealed class Adder : IValueEventHandler<HopSlot>
    {
        public HopSum Sum { get; } = new();

        public void OnEvent(ref HopSlot data, long sequence, bool endOfBatch) => Sum.Add(in data);
    }
}
