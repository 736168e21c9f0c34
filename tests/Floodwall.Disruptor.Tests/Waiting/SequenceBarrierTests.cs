using Disruptor;
using Floodwall.Disruptor.Tests.Support;

namespace Floodwall.Disruptor.Tests.Waiting;

public sealed class SequenceBarrierTests
{
    [Fact]
    public void A_gap_holds_back_what_was_published_behind_it()
    {
        var sequencer = new MultiProducerSequencer(8, new YieldingWaitStrategy());
        var barrier = new SequenceBarrier(sequencer, []);
        Assert.Equal(4, sequencer.Next(5));
        sequencer.Publish(0, 1);
        sequencer.Publish(3, 4);
        Assert.Equal(1, barrier.WaitFor(0).AvailableSequence);
        Assert.Equal(1, barrier.WaitFor(1).AvailableSequence);
        long returned = -1;
        Thread waiter = Patience.Run("waiter", () => returned = barrier.WaitFor(2).UnsafeAvailableSequence);
        sequencer.Publish(2);
        Patience.Join(waiter);
        Assert.Equal(4, returned);
    }

    [Theory]
    [InlineData("yielding")]
    [InlineData("blocking")]
    public void Halting_ends_the_wait_for_a_claim_that_is_never_published(string strategy)
    {
        var sequencer = new MultiProducerSequencer(8, Patience.Strategy(strategy));
        var barrier = new SequenceBarrier(sequencer, []);
        sequencer.Next();
        bool cancelled = false;
        Thread waiter = Patience.Run("waiter", () =>
        {
            try
            {
                barrier.WaitFor(0);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
            }
        });
        barrier.Halt();
        Patience.Join(waiter);
        Assert.True(cancelled);
        Assert.True(barrier.IsHalted);
        Assert.Throws<OperationCanceledException>(() => barrier.WaitFor(0));
    }

    [Fact]
    public void A_strategy_that_returns_too_early_is_asked_again()
    {
        var cursor = new CountingStrategy();
        var sequencer = new SingleProducerSequencer(8, cursor);
        var barrier = new SequenceBarrier(sequencer, []);
        Assert.Equal(5, barrier.WaitFor(5).AvailableSequence);
        Assert.Equal(6, cursor.Calls);
    }

    private sealed class CountingStrategy : IWaitStrategy
    {
        public int Calls { get; private set; }

        public bool IsBlockingStrategy => false;

        public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken) =>
            Calls++;

        public void SignalAllWhenBlocking()
        {
        }
    }
}
