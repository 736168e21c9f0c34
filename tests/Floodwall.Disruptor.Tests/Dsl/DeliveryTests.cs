using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Dsl;

public sealed class DeliveryTests
{
    public static TheoryData<int, string, int> Floods()
    {
        var floods = new TheoryData<int, string, int>();
        foreach (int producers in new[] { 1, 2, 3, 4 })
        {
            foreach (string shape in new[] { "1", "2 in a row", "3 in a row", "2 abreast", "3 abreast", "diamond" })
            {
                foreach (int size in new[] { 1, 2, 4, 1024 })
                {
                    floods.Add(producers, shape, size);
                }
            }
        }

        return floods;
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void Every_handler_sees_every_event_once_and_in_order(int producers, string shape, int size)
    {
        ProducerType type = producers == 1 ? ProducerType.Single : ProducerType.Multi;
        Flood(producers, shape, size, type, new YieldingWaitStrategy());
    }

    [Theory]
    [InlineData("yielding")]
    [InlineData("blocking")]
    [InlineData("sleeping")]
    [InlineData("spin")]
    [InlineData("busy")]
    [InlineData("timeout")]
    public void Every_wait_strategy_delivers(string strategy)
    {
        Flood(1, "1", 64, ProducerType.Single, Patience.Strategy(strategy));
        Flood(2, strategy == "busy" ? "1" : "2 in a row", 64, ProducerType.Multi, Patience.Strategy(strategy));
    }

    [Fact]
    public void A_multi_producer_ring_serves_a_single_producer() =>
        Flood(1, "2 in a row", 8, ProducerType.Multi, new YieldingWaitStrategy());

    private static void Flood(int producers, string shape, int size, ProducerType type, IWaitStrategy strategy)
    {
        long perProducer = EventsFor(size) / producers;
        long expected = perProducer * producers;
        var disruptor = new ValueDisruptor<Tick>(() => default, size, TaskScheduler.Default, type, strategy);
        List<CheckingHandler> handlers = AddHandlers(disruptor, shape, producers, expected);
        ValueRingBuffer<Tick> ring = disruptor.Start();
        var threads = new List<Thread>();
        for (int producer = 0; producer < producers; producer++)
        {
            int number = producer;
            threads.Add(Patience.Run($"producer {number}", () => Produce(ring, number, perProducer)));
        }

        threads.ForEach(Patience.Join);
        handlers.ForEach(handler => Patience.For(handler.Done, "the last event"));
        disruptor.Shutdown();
        handlers.ForEach(handler => Patience.For(handler.Ended, "the end of a handler"));
        Assert.All(handlers, handler => Assert.Null(handler.Fault));
        Assert.All(handlers, handler => Assert.Equal(expected, handler.Seen));
        Assert.Equal(expected - 1, disruptor.Cursor);
        Assert.Equal(size, ring.GetRemainingCapacity());
    }

    /// <summary>Every event of a tiny ring costs a switch of threads; over all floods some three million events go through.</summary>
    private static long EventsFor(int size) => size switch
    {
        1 => 2_400,
        2 => 4_800,
        4 => 9_600,
        _ => 96_000,
    };

    /// <summary>Claims one by one, tries, and claims in runs, so that all three meet in one ring.</summary>
    private static void Produce(ValueRingBuffer<Tick> ring, int producer, long count)
    {
        int longestRun = Math.Min(3, ring.BufferSize);
        long index = 0;
        while (index < count)
        {
            int run = (int)Math.Min((index % longestRun) + 1, count - index);
            long hi;
            if (index % 5 == 0)
            {
                while (!ring.TryNext(run, out hi))
                {
                    Thread.Yield();
                }
            }
            else
            {
                hi = run == 1 ? ring.Next() : ring.Next(run);
            }

            for (long sequence = hi - run + 1; sequence <= hi; sequence++)
            {
                ref Tick tick = ref ring[sequence];
                tick.Producer = producer;
                tick.Index = index++;
            }

            if (run == 1)
            {
                ring.Publish(hi);
            }
            else
            {
                ring.Publish(hi - run + 1, hi);
            }
        }
    }

    private static List<CheckingHandler> AddHandlers(ValueDisruptor<Tick> disruptor, string shape, int producers, long expected)
    {
        var handlers = new List<CheckingHandler>();

        CheckingHandler New(int link, bool stamps = true)
        {
            var handler = new CheckingHandler(producers, expected, link, stamps);
            handlers.Add(handler);
            return handler;
        }

        switch (shape)
        {
            case "1":
                disruptor.HandleEventsWith(New(0));
                break;
            case "2 in a row":
                disruptor.HandleEventsWith(New(0)).Then(New(1));
                break;
            case "3 in a row":
                disruptor.HandleEventsWith(New(0)).Then(New(1)).Then(New(2));
                break;
            case "2 abreast":
                disruptor.HandleEventsWith(New(0, stamps: false), New(0, stamps: false));
                break;
            case "3 abreast":
                disruptor.HandleEventsWith(New(0, stamps: false), New(0, stamps: false), New(0, stamps: false));
                break;
            case "diamond":
                // two that write different stamps beside each other, then one that needs both
                var first = new SideHandler(0);
                var second = new SideHandler(1);
                disruptor.HandleEventsWith(first);
                disruptor.HandleEventsWith(second);
                disruptor.After(first, second).HandleEventsWith(New(2));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(shape), shape, "unknown shape");
        }

        return handlers;
    }

    private sealed class SideHandler(int link) : IValueEventHandler<Tick>
    {
        public void OnEvent(ref Tick data, long sequence, bool endOfBatch) => data.Stamps[link] = CheckingHandler.Stamp(sequence, link);
    }
}
