namespace Disruptor;

/// <summary>How a consumer waits for events to be published and for the consumers before it to process them.</summary>
public interface IWaitStrategy
{
    /// <summary>True if waiting consumers sleep and producers must call <see cref="SignalAllWhenBlocking"/> after publishing. It is read once.</summary>
    bool IsBlockingStrategy { get; }

    /// <summary>Waits until <paramref name="dependentSequences"/> reach <paramref name="sequence"/>.</summary>
    /// <param name="sequence">The sequence the consumer wants next.</param>
    /// <param name="dependentSequences">The ring's cursor and the consumers that go first.</param>
    /// <param name="cancellationToken">Cancelled when the consumer is halted.</param>
    /// <returns>A sequence that is available, at least <paramref name="sequence"/>; or a timeout.</returns>
    /// <exception cref="OperationCanceledException">The consumer was halted.</exception>
    SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken);

    /// <summary>Wakes the consumers that sleep in <see cref="WaitFor"/>; does nothing where they never sleep.</summary>
    void SignalAllWhenBlocking();
}
