using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Handling;

public sealed class ExceptionTests
{
    [Fact]
    public void An_event_that_throws_goes_to_the_exception_handler_and_the_next_ones_follow()
    {
        const int Events = 500;
        var seen = new List<long>();
        var handler = new ActionHandler(sequence =>
        {
            if (sequence % 7 == 3)
            {
                throw new InvalidDataException($"event {sequence}");
            }

            seen.Add(sequence);
        });
        var after = new CheckingHandler(1, Events);
        var exceptions = new RecordingExceptionHandler();
        var disruptor = NewDisruptor();
        disruptor.HandleEventsWith(handler).Then(after);
        disruptor.SetDefaultExceptionHandler(exceptions);
        disruptor.Start();
        Publish(disruptor, Events);
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        long[] failing = [.. Range(Events).Where(sequence => sequence % 7 == 3)];
        Assert.Equal(failing, exceptions.Sequences);
        Assert.Equal(failing, exceptions.Indexes);
        Assert.Equal(Range(Events).Except(failing), seen);
        Assert.Equal(Events, after.Seen);
        Assert.Null(after.Fault);
    }

    [Fact]
    public void A_cancellation_thrown_by_a_handler_is_an_exception_like_any_other()
    {
        var exceptions = new RecordingExceptionHandler();
        var handler = new ActionHandler(sequence => throw new OperationCanceledException($"event {sequence}"));
        var disruptor = NewDisruptor();
        disruptor.SetDefaultExceptionHandler(exceptions);
        disruptor.HandleEventsWith(handler);
        disruptor.Start();
        Publish(disruptor, 5);
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        Assert.Equal([0, 1, 2, 3, 4], exceptions.Sequences);
    }

    [Fact]
    public void A_batch_start_that_throws_costs_the_first_event_of_the_batch()
    {
        var exceptions = new RecordingExceptionHandler();
        var handler = new ThrowingHandler { OnBatchStartThrows = true };
        var disruptor = NewDisruptor();
        disruptor.SetDefaultExceptionHandler(exceptions);
        disruptor.HandleEventsWith(handler);
        Publish(disruptor, 4);
        disruptor.Start();
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        Assert.Equal([0, 1, 2, 3], exceptions.Sequences);
        Assert.Equal(0, handler.Events);
    }

    [Fact]
    public void Start_and_shutdown_exceptions_are_reported_and_events_are_processed()
    {
        var exceptions = new RecordingExceptionHandler();
        var handler = new ThrowingHandler { OnStartThrows = true, OnShutdownThrows = true };
        var disruptor = NewDisruptor();
        disruptor.HandleEventsWith(handler);
        disruptor.SetDefaultExceptionHandler(exceptions);
        disruptor.Start();
        Publish(disruptor, 4);
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        Patience.Until(() => exceptions.Lifecycle.Count == 2, "both reports");
        Assert.Equal(["start", "shutdown"], exceptions.Lifecycle);
        Assert.Equal(4, handler.Events);
    }

    [Fact]
    public void Timeouts_reach_the_handler_and_their_exceptions_the_exception_handler()
    {
        var exceptions = new RecordingExceptionHandler();
        var handler = new ThrowingHandler { OnTimeoutThrows = true };
        var disruptor = new ValueDisruptor<Tick>(
            () => default,
            8,
            TaskScheduler.Default,
            ProducerType.Single,
            new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1)));
        disruptor.HandleEventsWith(handler);
        disruptor.HandleExceptionsFor(handler).With(exceptions);
        disruptor.Start();
        Patience.Until(() => exceptions.Lifecycle.Count >= 2, "two timeouts");
        Publish(disruptor, 1);
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        Assert.Equal(1, handler.Events);
        Assert.All(exceptions.Lifecycle, report => Assert.StartsWith("timeout ", report, StringComparison.Ordinal));
        Assert.Contains("timeout -1", exceptions.Lifecycle);
    }

    [Fact]
    public void An_exception_handler_of_its_own_goes_before_the_default_whenever_that_is_set()
    {
        var own = new RecordingExceptionHandler();
        var common = new RecordingExceptionHandler();
        var first = new ActionHandler(_ => throw new InvalidDataException());
        var second = new ActionHandler(_ => throw new InvalidDataException());
        var disruptor = NewDisruptor();
        disruptor.HandleEventsWith(first, second);
        disruptor.HandleExceptionsFor(first).With(own);
        disruptor.SetDefaultExceptionHandler(common);
        disruptor.Start();
        Publish(disruptor, 2);
        disruptor.Shutdown();
        Patience.For(first.Ended, "the end of the first handler");
        Patience.For(second.Ended, "the end of the second handler");
        Assert.Equal([0, 1], own.Sequences);
        Assert.Equal([0, 1], common.Sequences);
    }

    [Fact]
    public void An_exception_handler_that_throws_ends_its_handler_and_shutdown_does_not_wait_for_it()
    {
        var handler = new ActionHandler(sequence => throw new InvalidDataException());
        var disruptor = NewDisruptor();
        disruptor.HandleEventsWith(handler);
        disruptor.SetDefaultExceptionHandler(new RethrowingExceptionHandler());
        disruptor.Start();
        Publish(disruptor, 3);
        Patience.For(handler.Ended, "the end of the handler");
        disruptor.Shutdown(Patience.Limit);
        Assert.Equal(-1, disruptor.GetSequenceValueFor(handler));
    }

    [Fact]
    public void Batches_are_no_larger_than_the_handler_asks_for()
    {
        var handler = new LimitedHandler();
        var disruptor = NewDisruptor();
        disruptor.HandleEventsWith(handler);
        Publish(disruptor, 10);
        disruptor.Start();
        disruptor.Shutdown();
        Patience.For(handler.Ended, "the end of the handler");
        Assert.Equal([4, 4, 2], handler.Batches);
        Assert.Equal([3, 7, 9], handler.Ends);
    }

    private static IEnumerable<long> Range(int count) => Enumerable.Range(0, count).Select(i => (long)i);

    private static ValueDisruptor<Tick> NewDisruptor() =>
        new(() => default, 16, TaskScheduler.Default, ProducerType.Single, new YieldingWaitStrategy());

    private static void Publish(ValueDisruptor<Tick> disruptor, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using ValueRingBuffer<Tick>.UnpublishedEventScope scope = disruptor.PublishEvent();
            scope.Event().Index = i;
        }
    }

    private sealed class RecordingExceptionHandler : IValueExceptionHandler<Tick>
    {
        public List<long> Sequences { get; } = [];

        public List<long> Indexes { get; } = [];

        public System.Collections.Concurrent.ConcurrentQueue<string> Lifecycle { get; } = [];

        public void HandleEventException(Exception ex, long sequence, ref Tick evt)
        {
            Sequences.Add(sequence);
            Indexes.Add(evt.Index);
        }

        public void HandleOnTimeoutException(Exception ex, long sequence) => Lifecycle.Enqueue($"timeout {sequence}");

        public void HandleOnStartException(Exception ex) => Lifecycle.Enqueue("start");

        public void HandleOnShutdownException(Exception ex) => Lifecycle.Enqueue("shutdown");
    }

    private sealed class RethrowingExceptionHandler : IValueExceptionHandler<Tick>
    {
        public void HandleEventException(Exception ex, long sequence, ref Tick evt) => throw new InvalidOperationException("fatal", ex);

        public void HandleOnTimeoutException(Exception ex, long sequence) => throw new InvalidOperationException("fatal", ex);

        public void HandleOnStartException(Exception ex) => throw new InvalidOperationException("fatal", ex);

        public void HandleOnShutdownException(Exception ex) => throw new InvalidOperationException("fatal", ex);
    }

    private sealed class ThrowingHandler : IValueEventHandler<Tick>
    {
        public bool OnStartThrows { get; init; }

        public bool OnShutdownThrows { get; init; }

        public bool OnBatchStartThrows { get; init; }

        public bool OnTimeoutThrows { get; init; }

        public int Events { get; private set; }

        public ManualResetEventSlim Ended { get; } = new();

        public void OnEvent(ref Tick data, long sequence, bool endOfBatch) => Events++;

        public void OnBatchStart(long batchSize) => ThrowIf(OnBatchStartThrows);

        public void OnStart() => ThrowIf(OnStartThrows);

        public void OnTimeout(long sequence) => ThrowIf(OnTimeoutThrows);

        public void OnShutdown()
        {
            Ended.Set();
            ThrowIf(OnShutdownThrows);
        }

        private static void ThrowIf(bool throws)
        {
            if (throws)
            {
                throw new InvalidDataException();
            }
        }
    }

    private sealed class LimitedHandler : IValueEventHandler<Tick>
    {
        public List<long> Batches { get; } = [];

        public List<long> Ends { get; } = [];

        public ManualResetEventSlim Ended { get; } = new();

        public int? MaxBatchSize => 4;

        public void OnBatchStart(long batchSize) => Batches.Add(batchSize);

        public void OnShutdown() => Ended.Set();

        public void OnEvent(ref Tick data, long sequence, bool endOfBatch)
        {
            if (endOfBatch)
            {
                Ends.Add(sequence);
            }
        }
    }
}
