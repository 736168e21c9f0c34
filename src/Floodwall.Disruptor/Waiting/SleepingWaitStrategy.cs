namespace Disruptor;

/// <summary>Spins, then yields the processor, then gives up the rest of its time slice at every turn.</summary>
/// <param name="retries">Turns before time slices are given up; the last 100 of them yield, those before spin.</param>
public sealed class SleepingWaitStrategy(int retries = 200) : IWaitStrategy
{
    private const int YieldTurns = 100;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dependentSequences);
        int turnsLeft = retries;
        long available;
        while ((available = dependentSequences.Value) < sequence)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (turnsLeft > 0)
            {
                if (turnsLeft-- <= YieldTurns)
                {
                    Thread.Yield();
                }
            }
            else
            {
                Thread.Sleep(TimeSpan.Zero);
            }
        }

        return available;
    }

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
