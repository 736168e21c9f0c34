namespace Disruptor;

/// <summary>Lets consumers sleep until the cursor of the ring moves.</summary>
internal sealed class CursorMonitor
{
    private readonly object _gate = new();

    /// <summary>False if a pulse failed to come within the timeout (milliseconds; −1 waits for ever).</summary>
    public bool TryWaitForCursor(
        long sequence,
        DependentSequenceGroup dependentSequences,
        int timeoutMilliseconds,
        CancellationToken cancellationToken)
    {
        if (dependentSequences.CursorValue >= sequence)
        {
            return true;
        }

        lock (_gate)
        {
            // The cursor is written before the pulse takes the lock, and halting cancels before it pulses: looking at both under
            // the lock misses neither.
            while (dependentSequences.CursorValue < sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Monitor.Wait(_gate, timeoutMilliseconds))
                {
                    return false;
                }
            }
        }

        return true;
    }

    public void PulseAll()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
