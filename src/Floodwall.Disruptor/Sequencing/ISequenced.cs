namespace Disruptor;

/// <summary>Claiming and publishing of slots, as a producer sees it.</summary>
public interface ISequenced
{
    /// <summary>Number of slots, a power of two.</summary>
    int BufferSize { get; }

    /// <summary>Tells whether that many slots are free at this moment; other producers may take them before the caller does.</summary>
    /// <param name="requiredCapacity">Number of slots.</param>
    /// <returns>True if the slots are free.</returns>
    bool HasAvailableCapacity(int requiredCapacity);

    /// <summary>Number of slots that are free at this moment, 0 to <see cref="BufferSize"/>.</summary>
    /// <returns>The number of free slots.</returns>
    long GetRemainingCapacity();

    /// <summary>Claims the next slot and waits, yielding the processor, while the ring is full.</summary>
    /// <returns>The claimed sequence. It must be published.</returns>
    long Next();

    /// <summary>Claims the next <paramref name="n"/> slots and waits, yielding the processor, until they are free.</summary>
    /// <param name="n">1 to <see cref="BufferSize"/>.</param>
    /// <returns>The last of the claimed sequences. All of them must be published.</returns>
    /// <exception cref="ArgumentException"><paramref name="n"/> is out of range.</exception>
    long Next(int n);

    /// <summary>Claims the next slot if one is free.</summary>
    /// <param name="sequence">The claimed sequence, which must be published; 0 if none was free.</param>
    /// <returns>False if the ring is full.</returns>
    bool TryNext(out long sequence);

    /// <summary>Claims the next <paramref name="n"/> slots if they are all free.</summary>
    /// <param name="n">1 to <see cref="BufferSize"/>.</param>
    /// <param name="sequence">The last of the claimed sequences, which must all be published; 0 if too few were free.</param>
    /// <returns>False if fewer than <paramref name="n"/> slots are free.</returns>
    /// <exception cref="ArgumentException"><paramref name="n"/> is out of range.</exception>
    bool TryNext(int n, out long sequence);

    /// <summary>Hands a claimed slot to the consumers.</summary>
    /// <param name="sequence">A claimed sequence.</param>
    void Publish(long sequence);

    /// <summary>Hands a run of claimed slots to the consumers.</summary>
    /// <param name="lo">First claimed sequence.</param>
    /// <param name="hi">Last claimed sequence.</param>
    void Publish(long lo, long hi);
}
