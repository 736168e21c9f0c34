using Disruptor;

namespace Floodwall.Pipeline;

/// <summary>
/// Spins and yields for a moment, then sleeps until it is woken: for a ring that stands empty nearly always. Publishing costs a fence
/// while the consumer is awake, and a lock and a system call where it sleeps. One consumer.
/// </summary>
internal sealed class ParkingWaitStrategy : IWaitStrategy
{
    // Ten of these spin, the others give the core away.
    private const int Turns = 20;

    private readonly object _gate = new();
    private bool _parked;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public SequenceWaitResult WaitFor(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        SpinWait spin = default;
        long available;
        for (int turn = 0; turn < Turns; turn++)
        {
            if ((available = dependentSequences.Value) >= sequence)
            {
                return available;
            }

            cancellationToken.ThrowIfCancellationRequested();
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return Park(sequence, dependentSequences, cancellationToken);
    }

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
        // Either this thread sees the flag, or the consumer, which looks again behind it, sees what was published.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _parked))
        {
            Wake();
        }
    }

    // What is published must be seen, also where the publisher is interrupted as it waits for the lock.
    private void Wake()
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                lock (_gate)
                {
                    // Once is enough, however long the consumer takes to get a core.
                    Volatile.Write(ref _parked, false);
                    Monitor.Pulse(_gate);
                    break;
                }
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    private long Park(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            try
            {
                while (true)
                {
                    Volatile.Write(ref _parked, true);
                    Interlocked.MemoryBarrier();
                    long available = dependentSequences.Value;
                    if (available >= sequence)
                    {
                        return available;
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                    Monitor.Wait(_gate);
                }
            }
            finally
            {
                Volatile.Write(ref _parked, false);
            }
        }
    }
}
