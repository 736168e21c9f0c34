namespace Disruptor;

/// <summary>
/// Sleeps on a monitor until an event is published, then spins and yields until the consumers before have processed it. For idle
/// rings; every publish takes a lock.
/// </summary>
public sealed class BlockingWaitStrategy : IWaitStrategy
{
    private readonly CursorMonitor _monitor = new();

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dependentSequences);
        _monitor.TryWaitForCursor(sequence, dependentSequences, Timeout.Infinite, cancellationToken);
        return dependentSequences.AggressiveSpinWaitFor(sequence, cancellationToken);
    }

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _monitor.PulseAll();
}
