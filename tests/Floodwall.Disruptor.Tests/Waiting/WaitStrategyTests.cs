using Disruptor;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Waiting;

public sealed class WaitStrategyTests
{
    public static TheoryData<string> All => ["yielding", "blocking", "sleeping", "spin", "busy"];

    [Theory]
    [MemberData(nameof(All))]
    public void It_returns_what_is_available_at_once(string name)
    {
        var group = new DependentSequenceGroup(new Sequence(9), new Sequence(7), new Sequence(5));
        SequenceWaitResult result = Patience.Strategy(name).WaitFor(3, group, CancellationToken.None);
        Assert.Equal(5, result.AvailableSequence);
        Assert.False(result.IsTimeout);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_waits_for_the_cursor_and_then_for_the_slowest_dependency(string name)
    {
        IWaitStrategy strategy = Patience.Strategy(name);
        var cursor = new Sequence();
        var first = new Sequence();
        var second = new Sequence();
        var group = new DependentSequenceGroup(cursor, first, second);
        long returned = -1;
        Thread waiter = Patience.Run("waiter", () =>
            Volatile.Write(ref returned, strategy.WaitFor(2, group, CancellationToken.None).UnsafeAvailableSequence));
        cursor.SetValue(4);
        strategy.SignalAllWhenBlocking();
        first.SetValue(4);
        second.SetValue(1);
        Assert.Equal(-1, Volatile.Read(ref returned));
        second.SetValue(3);
        Patience.Join(waiter);
        Assert.InRange(returned, 3, 4);
    }

    [Theory]
    [MemberData(nameof(All))]
    [InlineData("timeout")]
    public void It_ends_when_cancelled(string name)
    {
        IWaitStrategy strategy = name == "timeout" ? new TimeoutBlockingWaitStrategy(Patience.Limit) : Patience.Strategy(name);
        using var cancellation = new CancellationTokenSource();
        bool cancelled = false;
        Thread waiter = Patience.Run("waiter", () =>
        {
            try
            {
                strategy.WaitFor(0, new DependentSequenceGroup(new Sequence()), cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
            }
        });
        cancellation.Cancel();
        strategy.SignalAllWhenBlocking();
        Patience.Join(waiter);
        Assert.True(cancelled);
    }

    [Fact]
    public void The_blocking_ones_say_so()
    {
        Assert.All(["blocking", "timeout"], name => Assert.True(Patience.Strategy(name).IsBlockingStrategy));
        Assert.All(["yielding", "sleeping", "spin", "busy"], name => Assert.False(Patience.Strategy(name).IsBlockingStrategy));
    }

    [Fact]
    public void A_timeout_is_reported_and_an_event_is_not_taken_for_one()
    {
        var strategy = new TimeoutBlockingWaitStrategy(TimeSpan.Zero);
        SequenceWaitResult result = strategy.WaitFor(0, new DependentSequenceGroup(new Sequence()), CancellationToken.None);
        Assert.True(result.IsTimeout);
        Assert.Null(result.AvailableSequence);
        Assert.Equal(SequenceWaitResult.Timeout, result);
        Assert.Equal(0, strategy.WaitFor(0, new DependentSequenceGroup(new Sequence(0)), CancellationToken.None).AvailableSequence);
    }

    [Fact]
    public void A_timeout_out_of_range_is_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(TimeSpan.MaxValue));
    }

    [Fact]
    public void A_group_follows_the_cursor_where_it_is_given_nothing_else()
    {
        var cursor = new Sequence(6);
        var alone = new DependentSequenceGroup(cursor);
        Assert.True(alone.DependsOnCursor);
        Assert.Equal(1, alone.DependentSequenceCount);
        Assert.Equal(6, alone.Value);
        var other = new DependentSequenceGroup(cursor, new Sequence(4));
        Assert.False(other.DependsOnCursor);
        Assert.Equal(4, other.Value);
        Assert.Equal(6, other.CursorValue);
    }
}
