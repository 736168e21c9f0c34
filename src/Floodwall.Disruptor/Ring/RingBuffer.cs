using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>The part of a ring that does not depend on the type of the events: claiming, publishing and gating.</summary>
/// <remarks>Its fields are read by every thread and never written after construction; the padding keeps them on lines of their own.</remarks>
[StructLayout(LayoutKind.Explicit, Size = (CacheLine.Padding * 2) + 40)]
public abstract class RingBuffer : ICursored
{
    [FieldOffset(CacheLine.Padding)]
    private protected readonly Array _entries;

    // exactly one of the two is there; both are sealed, so calls are direct
    [FieldOffset(CacheLine.Padding + 8)]
    private readonly SingleProducerSequencer? _single;

    [FieldOffset(CacheLine.Padding + 16)]
    private readonly MultiProducerSequencer? _multi;

    [FieldOffset(CacheLine.Padding + 24)]
    private protected readonly long _indexMask;

    [FieldOffset(CacheLine.Padding + 32)]
    private readonly int _bufferSize;

    [FieldOffset(CacheLine.Padding + 36)]
    private protected readonly int _firstSlotOffset;

    private protected RingBuffer(ISequencer sequencer, Array entries, int firstSlotOffset)
    {
        _single = sequencer as SingleProducerSequencer;
        _multi = sequencer as MultiProducerSequencer;
        _entries = entries;
        _firstSlotOffset = firstSlotOffset;
        _bufferSize = sequencer.BufferSize;
        _indexMask = _bufferSize - 1;
    }

    /// <summary>Number of slots, a power of two.</summary>
    public int BufferSize => _bufferSize;

    /// <inheritdoc/>
    public long Cursor => Sequencer.Cursor;

    internal ISequencer Sequencer => _single is not null ? _single : _multi!;

    /// <inheritdoc cref="ISequenced.HasAvailableCapacity"/>
    public bool HasAvailableCapacity(int requiredCapacity) => Sequencer.HasAvailableCapacity(requiredCapacity);

    /// <inheritdoc cref="ISequenced.GetRemainingCapacity"/>
    public long GetRemainingCapacity() => Sequencer.GetRemainingCapacity();

    /// <inheritdoc cref="ISequenced.Next()"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next() => _single is not null ? _single.Next() : _multi!.Next();

    /// <inheritdoc cref="ISequenced.Next(int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next(int n) => _single is not null ? _single.Next(n) : _multi!.Next(n);

    /// <inheritdoc cref="ISequenced.TryNext(out long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(out long sequence) => _single is not null ? _single.TryNext(out sequence) : _multi!.TryNext(out sequence);

    /// <inheritdoc cref="ISequenced.TryNext(int, out long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(int n, out long sequence) =>
        _single is not null ? _single.TryNext(n, out sequence) : _multi!.TryNext(n, out sequence);

    /// <inheritdoc cref="ISequenced.Publish(long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long sequence)
    {
        if (_single is not null)
        {
            _single.Publish(sequence);
        }
        else
        {
            _multi!.Publish(sequence);
        }
    }

    /// <inheritdoc cref="ISequenced.Publish(long, long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long lo, long hi)
    {
        if (_single is not null)
        {
            _single.Publish(lo, hi);
        }
        else
        {
            _multi!.Publish(lo, hi);
        }
    }

    /// <summary>Tells whether a sequence is published and its slot not yet claimed again. The answer may be old when it arrives.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <returns>True if the event can be read.</returns>
    public bool IsAvailable(long sequence) => Sequencer.IsAvailable(sequence);

    /// <summary>Makes the producers wait for these sequences. Each is moved to the cursor first.</summary>
    /// <param name="gatingSequences">The sequences of consumers.</param>
    public void AddGatingSequences(params Sequence[] gatingSequences)
    {
        ArgumentNullException.ThrowIfNull(gatingSequences);
        Sequencer.AddGatingSequences(gatingSequences);
    }

    /// <summary>Makes the producers wait for this sequence no longer.</summary>
    /// <param name="sequence">The sequence of a consumer.</param>
    /// <returns>False if producers did not wait for it.</returns>
    public bool RemoveGatingSequence(Sequence sequence) => Sequencer.RemoveGatingSequence(sequence);

    /// <summary>The slowest sequence that producers wait for; the cursor if there is none.</summary>
    /// <returns>A sequence number.</returns>
    public long GetMinimumGatingSequence() => Sequencer.GetMinimumSequence();
}
