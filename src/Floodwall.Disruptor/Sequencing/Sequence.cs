using System.Globalization;

namespace Disruptor;

/// <summary>
/// A 64-bit counter alone on its cache lines. It tracks how far a producer has claimed or a consumer has processed.
/// </summary>
/// <remarks>One thread writes it with <see cref="SetValue"/> (single-writer principle) or many with the atomic members; any thread reads it.</remarks>
public class Sequence
{
    /// <summary>The value before the first event: −1.</summary>
    public const long InitialCursorValue = -1;

    private PaddedInt64 _padded;

    /// <summary>Creates a counter.</summary>
    /// <param name="initialValue">First value; −1 means "nothing yet".</param>
    public Sequence(long initialValue = InitialCursorValue) => _padded.Value = initialValue;

    /// <summary>The current value, read with acquire semantics.</summary>
    public long Value
    {
        get => Volatile.Read(ref _padded.Value);
    }

    /// <summary>Writes the value with release semantics: everything the caller wrote before is visible to whoever reads this value.</summary>
    /// <param name="value">The new value.</param>
    public void SetValue(long value) => Volatile.Write(ref _padded.Value, value);

    /// <summary>As <see cref="SetValue"/>, followed by a full fence, so that no later read moves before the write.</summary>
    /// <param name="value">The new value.</param>
    public void SetValueVolatile(long value)
    {
        Volatile.Write(ref _padded.Value, value);
        Interlocked.MemoryBarrier();
    }

    /// <summary>Atomically replaces the value if it is the expected one.</summary>
    /// <param name="expectedSequence">The value that must stand there.</param>
    /// <param name="nextSequence">The value to write.</param>
    /// <returns>True if the value was replaced.</returns>
    public bool CompareAndSet(long expectedSequence, long nextSequence) =>
        Interlocked.CompareExchange(ref _padded.Value, nextSequence, expectedSequence) == expectedSequence;

    /// <summary>Atomically adds one.</summary>
    /// <returns>The value after the addition.</returns>
    public long IncrementAndGet() => Interlocked.Increment(ref _padded.Value);

    /// <summary>Atomically adds <paramref name="value"/>.</summary>
    /// <param name="value">The amount; may be negative.</param>
    /// <returns>The value after the addition.</returns>
    public long AddAndGet(long value) => Interlocked.Add(ref _padded.Value, value);

    /// <summary>The value in invariant decimal digits.</summary>
    /// <returns>For example <c>-1</c>.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
