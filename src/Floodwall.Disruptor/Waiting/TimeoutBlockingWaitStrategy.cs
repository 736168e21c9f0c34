namespace Disruptor;

/// <summary>As <see cref="BlockingWaitStrategy"/>, but calls the handler's <c>OnTimeout</c> when nothing is published for a while.</summary>
public sealed class TimeoutBlockingWaitStrategy : IWaitStrategy
{
    private readonly CursorMonitor _monitor = new();
    private readonly int _timeoutMilliseconds;

    /// <summary>Creates the strategy.</summary>
    /// <param name="timeout">How long to wait for an event: 0 to <see cref="int.MaxValue"/> milliseconds, fractions cut off.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative or too long.</exception>
    public TimeoutBlockingWaitStrategy(TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is < 0 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"The timeout must be 0 to {int.MaxValue} milliseconds.");
        }

        _timeoutMilliseconds = (int)milliseconds;
    }

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dependentSequences);
        return _monitor.TryWaitForCursor(sequence, dependentSequences, _timeoutMilliseconds, cancellationToken)
            ? dependentSequences.AggressiveSpinWaitFor(sequence, cancellationToken)
            : SequenceWaitResult.Timeout;
    }

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _monitor.PulseAll();
}
