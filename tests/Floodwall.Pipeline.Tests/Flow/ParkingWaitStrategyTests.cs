using Disruptor;
using Disruptor.Dsl;

namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>A consumer that sleeps until it is woken must be woken.</summary>
public sealed class ParkingWaitStrategyTests
{
    [Fact]
    public void No_event_is_left_lying_while_the_consumer_sleeps()
    {
        const int Rounds = 10_000;
        Counter counter = new();
        ValueDisruptor<long> disruptor = new(static () => 0, 64, TaskScheduler.Default, ProducerType.Multi, new ParkingWaitStrategy());
        disruptor.HandleEventsWith(counter);
        ValueRingBuffer<long> ring = disruptor.Start();
        Random random = new(5);
        for (int round = 0; round < Rounds; round++)
        {
            // One at a time, so that no other event wakes the consumer, and after pauses around the moment at which it goes to sleep.
            long sequence = ring.Next();
            ring[sequence] = 1;
            ring.Publish(sequence);
            Assert.True(SpinWait.SpinUntil(() => counter.Handled(sequence), TimeSpan.FromSeconds(60)), $"event {sequence} is left lying");
            Thread.SpinWait(random.Next(8000));
        }

        disruptor.Shutdown(TimeSpan.FromSeconds(60));
        Assert.Equal(Rounds, counter.Sum);
    }

    [Fact]
    public void Halting_wakes_a_sleeping_consumer()
    {
        for (int round = 0; round < 50; round++)
        {
            Counter counter = new();
            ValueDisruptor<long> disruptor = new(static () => 0, 64, TaskScheduler.Default, ProducerType.Multi, new ParkingWaitStrategy());
            disruptor.HandleEventsWith(counter);
            disruptor.Start();
            Thread.SpinWait(round * 200);
            disruptor.Halt();
            Assert.True(SpinWait.SpinUntil(() => counter.HasEnded || !counter.HasStarted, TimeSpan.FromSeconds(60)), "the consumer sleeps on");
        }
    }

    private sealed class Counter : IValueEventHandler<long>
    {
        private long _handled = -1;

        public long Sum { get; private set; }

        public bool HasStarted { get; private set; }

        public bool HasEnded { get; private set; }

        public bool Handled(long sequence) => Volatile.Read(ref _handled) >= sequence;

        public void OnStart() => HasStarted = true;

        public void OnShutdown() => HasEnded = true;

        public void OnEvent(ref long data, long sequence, bool endOfBatch)
        {
            Sum += data;
            Volatile.Write(ref _handled, sequence);
        }
    }
}
