using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Dsl;

public sealed class SetupTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MinValue)]
    public void A_ring_size_that_is_not_a_positive_power_of_two_is_rejected(int size)
    {
        Assert.Throws<ArgumentException>(() => new ValueDisruptor<Tick>(() => default, size));
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => new ValueDisruptor<Tick>(() => default, size, TaskScheduler.Default, ProducerType.Single, new YieldingWaitStrategy()));
        Assert.Contains(size.ToString(System.Globalization.CultureInfo.InvariantCulture), thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ValueRingBuffer<Tick>.CreateMultiProducer(() => default, size));
    }

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void A_ring_that_fits_into_no_array_is_rejected(ProducerType type) =>
        Assert.Throws<ArgumentException>(() => ValueRingBuffer<Tick>.Create(type, () => default, 1 << 30, new YieldingWaitStrategy()));

    [Fact]
    public void Missing_parts_are_rejected()
    {
        var strategy = new YieldingWaitStrategy();
        Assert.Throws<ArgumentNullException>(() => new ValueDisruptor<Tick>(null!, 8));
        Assert.Throws<ArgumentNullException>(() => new ValueDisruptor<Tick>(() => default, 8, null!));
        Assert.Throws<ArgumentNullException>(
            () => new ValueDisruptor<Tick>(() => default, 8, TaskScheduler.Default, ProducerType.Multi, null!));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ValueDisruptor<Tick>(() => default, 8, TaskScheduler.Default, (ProducerType)7, strategy));
        var disruptor = new ValueDisruptor<Tick>(() => default, 8);
        Assert.Throws<ArgumentNullException>(() => disruptor.HandleEventsWith(null!));
        Assert.Throws<ArgumentNullException>(() => disruptor.HandleEventsWith([null!]));
        Assert.Throws<ArgumentNullException>(() => disruptor.SetDefaultExceptionHandler(null!));
        Assert.Throws<ArgumentNullException>(() => disruptor.HandleExceptionsFor(null!));
    }

    [Fact]
    public void Handlers_are_added_before_the_start_and_the_start_comes_once()
    {
        var handler = new ActionHandler(_ => { });
        var disruptor = new ValueDisruptor<Tick>(() => default, 8);
        ValueEventHandlerGroup<Tick> group = disruptor.HandleEventsWith(handler);
        Assert.False(disruptor.HasStarted);
        Assert.Same(disruptor.RingBuffer, disruptor.Start());
        Assert.True(disruptor.HasStarted);
        Assert.Throws<InvalidOperationException>(() => disruptor.Start());
        Assert.Throws<InvalidOperationException>(() => disruptor.HandleEventsWith(new ActionHandler(_ => { })));
        Assert.Throws<InvalidOperationException>(() => group.Then(new ActionHandler(_ => { })));
        Assert.Throws<InvalidOperationException>(() => disruptor.SetDefaultExceptionHandler(new ValueFatalExceptionHandler<Tick>()));
        disruptor.Shutdown();
    }

    [Fact]
    public void Handlers_are_told_apart_by_identity()
    {
        var disruptor = new ValueDisruptor<Tick>(() => default, 8);
        disruptor.HandleEventsWith(new EqualHandler());
        Assert.Throws<ArgumentException>(() => disruptor.After(new EqualHandler()));
        Assert.Throws<ArgumentException>(() => disruptor.GetSequenceValueFor(new EqualHandler()));
        Assert.Throws<ArgumentException>(
            () => disruptor.HandleExceptionsFor(new EqualHandler()).With(new ValueFatalExceptionHandler<Tick>()));
    }

    [Fact]
    public void Only_the_last_of_a_chain_holds_back_the_producer()
    {
        var first = new ActionHandler(_ => { });
        var second = new ActionHandler(_ => { });
        var disruptor = new ValueDisruptor<Tick>(() => default, 4);
        ValueEventHandlerGroup<Tick> group = disruptor.HandleEventsWith(first);
        Assert.True(disruptor.RingBuffer.TryNext(4, out _));
        Assert.False(disruptor.RingBuffer.TryNext(out _));
        group.Then(second);

        // the second starts at the cursor, so what was claimed before counts as processed
        Assert.Equal(3, disruptor.GetSequenceValueFor(second));
        Assert.Equal(-1, disruptor.GetSequenceValueFor(first));
        Assert.True(disruptor.RingBuffer.TryNext(4, out _));
        Assert.False(disruptor.RingBuffer.TryNext(out _));
    }

    [Fact]
    public void Events_published_before_the_start_are_processed()
    {
        var handler = new CheckingHandler(1, 3);
        var disruptor = new ValueDisruptor<Tick>(() => default, 8);
        disruptor.HandleEventsWith(handler);
        for (int i = 0; i < 3; i++)
        {
            using ValueRingBuffer<Tick>.UnpublishedEventScope scope = disruptor.PublishEvent();
            scope.Event().Index = i;
        }

        disruptor.Start();
        Patience.For(handler.Done, "the last event");
        disruptor.Shutdown();
        Assert.Null(handler.Fault);
    }

    private sealed class EqualHandler : IValueEventHandler<Tick>
    {
        public void OnEvent(ref Tick data, long sequence, bool endOfBatch)
        {
        }

        public override bool Equals(object? obj) => obj is EqualHandler;

        public override int GetHashCode() => 1;
    }
}
