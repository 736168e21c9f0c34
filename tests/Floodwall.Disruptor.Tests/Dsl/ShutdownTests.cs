using Disruptor;
using Disruptor.Dsl;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Dsl;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData("yielding")]
    [InlineData("blocking")]
    [InlineData("sleeping")]
    [InlineData("spin")]
    public void Shutdown_drains_what_was_published_even_right_after_the_start(string strategy)
    {
        const int Events = 1000;
        for (int round = 0; round < 50; round++)
        {
            var first = new CheckingHandler(1, Events);
            var second = new CheckingHandler(1, Events, link: 1);
            var disruptor = NewDisruptor(1024, Patience.Strategy(strategy));
            disruptor.HandleEventsWith(first).Then(second);
            ValueRingBuffer<Tick> ring = disruptor.Start();
            for (int i = 0; i < Events; i++)
            {
                using ValueRingBuffer<Tick>.UnpublishedEventScope scope = ring.PublishEvent();
                scope.Event().Index = i;
            }

            disruptor.Shutdown();
            Assert.Equal(Events, first.Seen);
            Assert.Equal(Events, second.Seen);
            Patience.For(first.Ended, "the end of the first handler");
            Patience.For(second.Ended, "the end of the second handler");
            Assert.Null(second.Fault);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Shutdown_gives_up_on_a_stuck_handler_and_stops_nothing(int milliseconds)
    {
        using var release = new ManualResetEventSlim();
        var handler = new ActionHandler(_ => release.Wait(Patience.Limit));
        var disruptor = NewDisruptor(8, new YieldingWaitStrategy());
        disruptor.HandleEventsWith(handler);
        disruptor.Start();
        disruptor.PublishEvent().Dispose();
        Assert.Throws<TimeoutException>(() => disruptor.Shutdown(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.False(handler.Ended.IsSet);

        release.Set();
        disruptor.PublishEvent().Dispose();
        disruptor.Shutdown(Patience.Limit);
        Assert.Equal(1, disruptor.GetSequenceValueFor(handler));
        Patience.For(handler.Ended, "the end of the handler");
    }

    [Theory]
    [InlineData("yielding")]
    [InlineData("blocking")]
    [InlineData("sleeping")]
    [InlineData("spin")]
    [InlineData("busy")]
    [InlineData("timeout")]
    public void Halt_ends_waiting_handlers(string strategy)
    {
        var first = new ActionHandler(_ => { });
        var second = new ActionHandler(_ => { });
        var disruptor = NewDisruptor(8, Patience.Strategy(strategy));
        disruptor.HandleEventsWith(first).Then(second);
        disruptor.Start();
        Patience.For(first.Started, "the start of the first handler");
        disruptor.Halt();
        Patience.For(first.Ended, "the end of the first handler");
        Patience.For(second.Ended, "the end of the second handler");
    }

    [Fact]
    public void Halt_stops_between_batches_and_leaves_the_rest()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var handler = new ActionHandler(_ =>
        {
            entered.Set();
            release.Wait(Patience.Limit);
        });
        var disruptor = NewDisruptor(8, new YieldingWaitStrategy());
        disruptor.HandleEventsWith(handler);
        disruptor.Start();
        disruptor.PublishEvent().Dispose();
        Patience.For(entered, "the first event");
        disruptor.PublishEvents(5).Dispose();
        disruptor.Halt();
        release.Set();
        Patience.For(handler.Ended, "the end of the handler");
        Assert.Equal(0, disruptor.GetSequenceValueFor(handler));
    }

    [Fact]
    public void Halt_before_the_thread_runs_still_brackets_the_handler()
    {
        var scheduler = new HoldingScheduler();
        var handler = new ActionHandler(_ => Assert.Fail("no event may come after Halt"));
        var disruptor = new ValueDisruptor<Tick>(() => default, 8, scheduler, ProducerType.Single, new YieldingWaitStrategy());
        disruptor.HandleEventsWith(handler);
        disruptor.Start();
        disruptor.PublishEvent().Dispose();
        disruptor.Halt();
        scheduler.RunAll();
        Assert.True(handler.Started.IsSet);
        Assert.True(handler.Ended.IsSet);
        Assert.Equal(-1, disruptor.GetSequenceValueFor(handler));
    }

    [Fact]
    public void Processing_runs_on_one_long_running_task_per_handler_of_the_scheduler()
    {
        var scheduler = new HoldingScheduler();
        var disruptor = new ValueDisruptor<Tick>(() => default, 8, scheduler, ProducerType.Single, new YieldingWaitStrategy());
        disruptor.HandleEventsWith(new ActionHandler(_ => { }), new ActionHandler(_ => { })).Then(new ActionHandler(_ => { }));
        disruptor.Start();
        Assert.Equal(3, scheduler.Held.Count);
        Assert.All(scheduler.Held, task => Assert.True(task.CreationOptions.HasFlag(TaskCreationOptions.LongRunning)));
        disruptor.Halt();
        scheduler.RunAll();
    }

    private static ValueDisruptor<Tick> NewDisruptor(int size, IWaitStrategy strategy) =>
        new(() => default, size, TaskScheduler.Default, ProducerType.Single, strategy);

    private sealed class HoldingScheduler : TaskScheduler
    {
        public List<Task> Held { get; } = [];

        public void RunAll() => Held.ForEach(task => TryExecuteTask(task));

        protected override void QueueTask(Task task) => Held.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => Held;
    }
}
