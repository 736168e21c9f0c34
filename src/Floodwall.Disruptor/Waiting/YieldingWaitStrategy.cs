namespace Disruptor;

/// <summary>
/// Pauses a few times, then yields the processor at every turn: low latency, and consumers still make way for other threads where
/// cores are few.
/// </summary>
public sealed class YieldingWaitStrategy : IWaitStrategy
{
    // A consumer that looks at the cursor without a pause takes its cache line from the producer at every event. Waiting for about
    // ten events' time lets batches form: on two distant cores that is the difference between 55 and 15 ns per event.
    private const int PauseTurns = 4;
    private const int IterationsPerPause = 16;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dependentSequences);
        int turn = 0;
        long available;
        while ((available = dependentSequences.Value) < sequence)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (turn < PauseTurns)
            {
                turn++;
                Thread.SpinWait(IterationsPerPause);
            }
            else
            {
                Thread.Yield();
            }
        }

        return available;
    }

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
