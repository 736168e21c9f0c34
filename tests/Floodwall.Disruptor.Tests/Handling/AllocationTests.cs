using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;
using Floodwall.Tests;

namespace Floodwall.Disruptor.Tests.Handling;

[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const long WarmUp = 20_000;
    private const long Measured = 1_000_000;

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void A_million_events_allocate_nothing_on_either_side(ProducerType type)
    {
        var handler = new MeasuringHandler();
        var disruptor = new ValueDisruptor<Tick>(() => default, 1024, TaskScheduler.Default, type, new YieldingWaitStrategy());
        disruptor.HandleEventsWith(handler);
        ValueRingBuffer<Tick> ring = disruptor.Start();
        using NoCollection exact = new();
        Publish(ring, WarmUp);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Publish(ring, Measured);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Patience.For(handler.Done, "the last event");
        disruptor.Shutdown();
        Assert.Equal(0, allocated);
        Assert.Equal(0, handler.Allocated);
        Assert.Equal((WarmUp + Measured) * (WarmUp + Measured - 1) / 2, handler.Sum);
    }

    private static void Publish(ValueRingBuffer<Tick> ring, long count)
    {
        for (long i = 0; i < count; i += 4)
        {
            long one = ring.Next();
            ring[one].Index = one;
            ring.Publish(one);
            using (ValueRingBuffer<Tick>.UnpublishedEventScope scope = ring.PublishEvent())
            {
                scope.Event().Index = scope.Sequence;
            }

            using (ValueRingBuffer<Tick>.UnpublishedEventBatchScope scope = ring.PublishEvents(2))
            {
                scope.Event(0).Index = scope.StartSequence;
                scope.Event(1).Index = scope.EndSequence;
            }
        }
    }

    private sealed class MeasuringHandler : IValueEventHandler<Tick>
    {
        private long _before;

        public long Allocated { get; private set; } = -1;

        public long Sum { get; private set; }

        public ManualResetEventSlim Done { get; } = new();

        public void OnEvent(ref Tick data, long sequence, bool endOfBatch)
        {
            Sum += data.Index;
            if (sequence == WarmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (sequence == WarmUp + Measured - 1)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
                Done.Set();
            }
        }
    }
}
