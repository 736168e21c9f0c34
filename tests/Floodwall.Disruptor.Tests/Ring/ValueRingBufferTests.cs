using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Ring;

public sealed class ValueRingBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1024)]
    public void Slots_are_aligned_and_in_one_run_and_stay_there(int size)
    {
        CheckSlots<Tick>(size, stride: 64);
        CheckSlots<long>(size, stride: 8);
        CheckSlots<(long, long, int)>(size, stride: 24);
        CheckSlots<byte>(size, stride: 1);
    }

    [Fact]
    public void Nothing_else_shares_the_cache_lines_of_the_slots()
    {
        var ring = ValueRingBuffer<Tick>.CreateSingleProducer(() => default, 2);
        nint data = Address(ref MemoryMarshal.GetArrayDataReference((byte[])EntriesOf(ring)));
        nint first = Address(ref Unsafe.As<Tick, byte>(ref ring[0]));
        nint end = Address(ref Unsafe.As<Tick, byte>(ref ring[1])) + 64;
        Assert.True(first - data >= 128);
        Assert.True(data + EntriesOf(ring).Length - end >= 128);
    }

    [Fact]
    public void Events_with_references_keep_what_they_refer_to_alive()
    {
        var ring = ValueRingBuffer<(string Name, int Number)>.CreateSingleProducer(() => (new string('x', 3), 7), 64);
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(("xxx", 7), ring[i]);
            ring[i] = (new string('y', i), i);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal((new string('y', i), i), ring[i]);
            Assert.Equal((new string('y', i), i), ring[i + 64]);
        }

        Assert.Equal(64 + (2 * Pad(Unsafe.SizeOf<(string, int)>())), EntriesOf(ring).Length);

        static int Pad(int size) => (128 + size - 1) / size;
    }

    [Fact]
    public void A_slot_reference_outlives_the_ring()
    {
        ref long slot = ref Orphan();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        long[] churn = new long[100_000];
        Array.Fill(churn, -1);
        Assert.Equal(42, slot);
        GC.KeepAlive(churn);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static ref long Orphan() => ref ValueRingBuffer<long>.CreateSingleProducer(() => 42, 8)[3];
    }

    [Fact]
    public void The_factory_fills_every_slot_once()
    {
        int calls = 0;
        var ring = new ValueRingBuffer<long>(() => calls++, 16);
        Assert.Equal(16, calls);
        for (long i = 0; i < 64; i++)
        {
            Assert.Equal(i % 16, ring[i]);
        }
    }

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void Claims_out_of_range_are_rejected_and_claim_nothing(ProducerType type)
    {
        var ring = ValueRingBuffer<long>.Create(type, () => 0, 8, new YieldingWaitStrategy());
        foreach (int n in new[] { 0, -1, 9, int.MinValue, int.MaxValue })
        {
            Assert.Throws<ArgumentException>(() => ring.Next(n));
            Assert.Throws<ArgumentException>(() => ring.TryNext(n, out _));
            Assert.Throws<ArgumentException>(() => ring.PublishEvents(n));
            Assert.Throws<ArgumentException>(() => ring.TryPublishEvents(n));
        }

        Assert.Equal(0, ring.Next());
    }

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void Scopes_publish_when_disposed(ProducerType type)
    {
        var ring = ValueRingBuffer<long>.Create(type, () => 0, 8, new YieldingWaitStrategy());
        var consumer = new Sequence();
        ring.AddGatingSequences(consumer);
        using (ValueRingBuffer<long>.UnpublishedEventScope scope = ring.PublishEvent())
        {
            Assert.Equal(0, scope.Sequence);
            scope.Event() = 10;
            Assert.False(ring.IsAvailable(0));
        }

        Assert.True(ring.IsAvailable(0));
        using (ValueRingBuffer<long>.UnpublishedEventBatchScope scope = ring.PublishEvents(3))
        {
            Assert.Equal((1, 3), (scope.StartSequence, scope.EndSequence));
            scope.Event(0) = 11;
            scope.Event(2) = 13;
        }

        using (ValueRingBuffer<long>.NullableUnpublishedEventScope scope = ring.TryPublishEvent())
        {
            Assert.True(scope.HasEvent);
            Assert.True(scope.TryGetEvent(out ValueRingBuffer<long>.EventRef claimed));
            Assert.Equal(4, claimed.Sequence);
            claimed.Event() = 14;
        }

        using (ValueRingBuffer<long>.NullableUnpublishedEventBatchScope scope = ring.TryPublishEvents(3))
        {
            Assert.True(scope.HasEvents);
            Assert.True(scope.TryGetEvents(out ValueRingBuffer<long>.EventBatchRef claimed));
            Assert.Equal((5, 7), (claimed.StartSequence, claimed.EndSequence));
            claimed.Event(1) = 16;
        }

        Assert.Equal([10, 11, 0, 13, 14, 0, 16, 0], Enumerable.Range(0, 8).Select(i => ring[i]));
        Assert.All(Enumerable.Range(0, 8), i => Assert.True(ring.IsAvailable(i)));
        using (ValueRingBuffer<long>.NullableUnpublishedEventScope scope = ring.TryPublishEvent())
        {
            Assert.False(scope.HasEvent);
            Assert.False(scope.TryGetEvent(out _));
        }

        using (ValueRingBuffer<long>.NullableUnpublishedEventBatchScope scope = ring.TryPublishEvents(2))
        {
            Assert.False(scope.HasEvents);
            Assert.False(scope.TryGetEvents(out _));
        }

        Assert.Equal(7, ring.Cursor);
    }

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void A_producer_waits_for_the_slowest_consumer_and_no_longer_for_one_that_is_removed(ProducerType type)
    {
        var ring = ValueRingBuffer<long>.Create(type, () => 0, 2, new YieldingWaitStrategy());
        var slow = new Sequence();
        var fast = new Sequence();
        ring.AddGatingSequences(slow, fast);
        ring.Publish(ring.Next(2) - 1, 1);
        using var claimed = new ManualResetEventSlim();
        Thread producer = Patience.Run("producer", () =>
        {
            ring.Publish(ring.Next());
            claimed.Set();
            ring.Publish(ring.Next());
        });
        fast.SetValue(1);
        Assert.False(claimed.IsSet);
        slow.SetValue(0);
        Patience.For(claimed, "the third claim");
        fast.SetValue(2);
        Assert.True(ring.RemoveGatingSequence(slow));
        Assert.False(ring.RemoveGatingSequence(slow));
        Patience.Join(producer);
        Assert.Equal(3, ring.Cursor);
    }

    private static void CheckSlots<T>(int size, int stride)
        where T : struct
    {
        var ring = ValueRingBuffer<T>.CreateSingleProducer(() => default, size);
        nint first = Address(ref Unsafe.As<T, byte>(ref ring[0]));
        Assert.Equal(0, first % 64);
        GC.Collect();
        for (int i = 0; i < size; i++)
        {
            Assert.Equal(first + (i * stride), Address(ref Unsafe.As<T, byte>(ref ring[i])));
            Assert.Equal(first + (i * stride), Address(ref Unsafe.As<T, byte>(ref ring[i + (5L * size)])));
        }
    }

    private static unsafe nint Address(ref byte place) => (nint)Unsafe.AsPointer(ref place);

    private static Array EntriesOf(RingBuffer ring) => FieldsOf(ring).Entries;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_fields")]
    private static extern ref readonly RingFields FieldsOf(RingBuffer ring);
}
