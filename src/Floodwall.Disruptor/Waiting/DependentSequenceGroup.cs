using System.Diagnostics;

namespace Disruptor;

/// <summary>The sequences a consumer follows: those of the consumers before it or, for a first consumer, the cursor of the ring.</summary>
public class DependentSequenceGroup
{
    private readonly Sequence _cursor;
    private readonly Sequence[] _dependencies;

    /// <summary>Creates a group.</summary>
    /// <param name="cursor">The cursor of the ring.</param>
    /// <param name="dependencies">The consumers to follow; none means that the cursor is followed.</param>
    public DependentSequenceGroup(Sequence cursor, params Sequence[] dependencies)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        ArgumentNullException.ThrowIfNull(dependencies);
        _cursor = cursor;
        _dependencies = dependencies.Length == 0 ? [cursor] : [.. dependencies];
    }

    /// <summary>True if the cursor of the ring is all that is followed.</summary>
    public bool DependsOnCursor => _dependencies.Length == 1 && _dependencies[0] == _cursor;

    /// <summary>How many sequences are followed; at least 1.</summary>
    public int DependentSequenceCount => _dependencies.Length;

    /// <summary>The cursor of the ring.</summary>
    public long CursorValue
    {
        get => _cursor.Value;
    }

    /// <summary>The slowest of the sequences that are followed.</summary>
    public long Value
    {
        get
        {
            Debug.Assert(_dependencies.Length > 0, "following nothing, a consumer would run ahead of the producers");
            long minimum = long.MaxValue;
            foreach (Sequence dependency in _dependencies)
            {
                minimum = Math.Min(minimum, dependency.Value);
            }

            return minimum;
        }
    }

    /// <summary>Waits for the sequences that are followed: spins, then yields, never sleeps.</summary>
    /// <param name="expectedValue">The sequence to reach.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The slowest followed sequence, at least <paramref name="expectedValue"/>.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public long AggressiveSpinWaitFor(long expectedValue, CancellationToken cancellationToken) =>
        SpinUntil(expectedValue, sleep1Threshold: -1, cancellationToken);

    /// <summary>Waits for the sequences that are followed: spins, then yields, then sleeps for a millisecond at a time.</summary>
    /// <param name="expectedValue">The sequence to reach.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The slowest followed sequence, at least <paramref name="expectedValue"/>.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public long SpinWaitFor(long expectedValue, CancellationToken cancellationToken) =>
        SpinUntil(expectedValue, DefaultSleepThreshold, cancellationToken);

    // the number of turns after which SpinWait.SpinOnce() itself begins to sleep
    private const int DefaultSleepThreshold = 20;

    private long SpinUntil(long expectedValue, int sleep1Threshold, CancellationToken cancellationToken)
    {
        var spin = new SpinWait();
        long available;
        while ((available = Value) < expectedValue)
        {
            cancellationToken.ThrowIfCancellationRequested();
            spin.SpinOnce(sleep1Threshold);
        }

        return available;
    }
}
