using System.Diagnostics;
using Disruptor.Dsl;

namespace Disruptor;

/// <summary>A ring of preallocated events of a value type: claim a slot, write the event in place, publish.</summary>
/// <typeparam name="T">The event. Without references its slots lie 64-byte aligned in one run.</typeparam>
public sealed class ValueRingBuffer<T> : RingBuffer, ISequenced
    where T : struct
{
    /// <summary>Creates a ring for many producers with <see cref="BlockingWaitStrategy"/>.</summary>
    /// <param name="eventFactory">Called once per slot for its first content.</param>
    /// <param name="bufferSize">Number of slots, a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1, not a power of two, or too large to allocate.</exception>
    public ValueRingBuffer(Func<T> eventFactory, int bufferSize)
        : this(eventFactory, new MultiProducerSequencer(bufferSize, new BlockingWaitStrategy()))
    {
    }

    private ValueRingBuffer(Func<T> eventFactory, ISequencer sequencer)
        : base(sequencer, SlotStorage<T>.Allocate(sequencer.BufferSize, out int firstSlotOffset), firstSlotOffset)
    {
        ArgumentNullException.ThrowIfNull(eventFactory);
        for (int index = 0; index < BufferSize; index++)
        {
            this[index] = eventFactory();
        }
    }

    /// <summary>The event in the slot of a sequence. Write it between claim and publish; read it as a consumer.</summary>
    /// <param name="sequence">A sequence, 0 or above; slots repeat every <see cref="RingBuffer.BufferSize"/> sequences.</param>
    public ref T this[long sequence]
    {
        get
        {
            Debug.Assert(sequence >= 0, "nothing was claimed");
            return ref SlotStorage<T>.Slot(_fields.Entries, _fields.FirstSlotOffset, sequence & _fields.IndexMask);
        }
    }

#pragma warning disable CA1000 // the factories of the released package
    /// <summary>Creates a ring for one producer thread or for many.</summary>
    /// <param name="producerType">Who publishes.</param>
    /// <param name="factory">Called once per slot for its first content.</param>
    /// <param name="bufferSize">Number of slots, a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <returns>The ring.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="producerType"/> is unknown.</exception>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1, not a power of two, or too large to allocate.</exception>
    public static ValueRingBuffer<T> Create(ProducerType producerType, Func<T> factory, int bufferSize, IWaitStrategy waitStrategy)
    {
        // before the sequencer allocates anything for such a ring
        _ = SlotStorage<T>.CheckedBytes(SequencerArguments.CheckedBufferSize(bufferSize));
        ISequencer sequencer = producerType switch
        {
            ProducerType.Single => new SingleProducerSequencer(bufferSize, waitStrategy),
            ProducerType.Multi => new MultiProducerSequencer(bufferSize, waitStrategy),
            _ => throw new ArgumentOutOfRangeException(nameof(producerType), producerType, "The producer type must be Single or Multi."),
        };
        return new(factory, sequencer);
    }

    /// <inheritdoc cref="Create"/>
    /// <summary>Creates a ring for one producer thread.</summary>
    public static ValueRingBuffer<T> CreateSingleProducer(Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        Create(ProducerType.Single, factory, bufferSize, waitStrategy);

    /// <inheritdoc cref="Create"/>
    /// <summary>Creates a ring for one producer thread with <see cref="BlockingWaitStrategy"/>.</summary>
    public static ValueRingBuffer<T> CreateSingleProducer(Func<T> factory, int bufferSize) =>
        CreateSingleProducer(factory, bufferSize, new BlockingWaitStrategy());

    /// <inheritdoc cref="Create"/>
    /// <summary>Creates a ring for many producers.</summary>
    public static ValueRingBuffer<T> CreateMultiProducer(Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        Create(ProducerType.Multi, factory, bufferSize, waitStrategy);

    /// <inheritdoc cref="Create"/>
    /// <summary>Creates a ring for many producers with <see cref="BlockingWaitStrategy"/>.</summary>
    public static ValueRingBuffer<T> CreateMultiProducer(Func<T> factory, int bufferSize) =>
        CreateMultiProducer(factory, bufferSize, new BlockingWaitStrategy());
#pragma warning restore CA1000

    /// <summary>Claims a slot, waiting while the ring is full; disposing the scope publishes it.</summary>
    /// <returns>The scope.</returns>
    public UnpublishedEventScope PublishEvent() => new(this, Next());

    /// <summary>Claims a slot if one is free; disposing the scope publishes it.</summary>
    /// <returns>The scope, without an event if the ring is full.</returns>
    public NullableUnpublishedEventScope TryPublishEvent() => new(TryNext(out long sequence) ? this : null, sequence);

    /// <summary>Claims a run of slots, waiting until they are free; disposing the scope publishes them.</summary>
    /// <param name="count">1 to <see cref="RingBuffer.BufferSize"/>.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range.</exception>
    public UnpublishedEventBatchScope PublishEvents(int count)
    {
        long hi = Next(count);
        return new(this, hi - count + 1, hi);
    }

    /// <summary>Claims a run of slots if they are all free; disposing the scope publishes them.</summary>
    /// <param name="count">1 to <see cref="RingBuffer.BufferSize"/>.</param>
    /// <returns>The scope, without events if too few slots are free.</returns>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range.</exception>
    public NullableUnpublishedEventBatchScope TryPublishEvents(int count)
    {
        bool claimed = TryNext(count, out long hi);
        return new(claimed ? this : null, hi - count + 1, hi);
    }

    /// <summary>A claimed slot that is published when the scope is disposed.</summary>
    /// <param name="ringBuffer">The ring.</param>
    /// <param name="sequence">The claimed sequence.</param>
    public readonly struct UnpublishedEventScope(ValueRingBuffer<T> ringBuffer, long sequence) : IDisposable
    {
        /// <summary>The claimed sequence.</summary>
        public long Sequence => sequence;

        /// <summary>The event to write.</summary>
        /// <returns>A reference to the slot.</returns>
        public ref T Event() => ref ringBuffer[sequence];

        /// <summary>Publishes the slot.</summary>
        public void Dispose() => ringBuffer.Publish(sequence);
    }

    /// <summary>A run of claimed slots that are published when the scope is disposed.</summary>
    /// <param name="ringBuffer">The ring.</param>
    /// <param name="startSequence">The first claimed sequence.</param>
    /// <param name="endSequence">The last claimed sequence.</param>
    public readonly struct UnpublishedEventBatchScope(ValueRingBuffer<T> ringBuffer, long startSequence, long endSequence) : IDisposable
    {
        /// <summary>The first claimed sequence.</summary>
        public long StartSequence => startSequence;

        /// <summary>The last claimed sequence.</summary>
        public long EndSequence => endSequence;

        /// <summary>An event to write.</summary>
        /// <param name="index">0 for the first event of the run; not checked.</param>
        /// <returns>A reference to the slot.</returns>
        public ref T Event(int index) => ref ringBuffer[startSequence + index];

        /// <summary>Publishes the slots.</summary>
        public void Dispose() => ringBuffer.Publish(startSequence, endSequence);
    }

    /// <summary>A claimed slot, or nothing, that is published when the scope is disposed.</summary>
    /// <param name="ringBuffer">The ring, or null where no slot was free.</param>
    /// <param name="sequence">The claimed sequence.</param>
    public readonly struct NullableUnpublishedEventScope(ValueRingBuffer<T>? ringBuffer, long sequence) : IDisposable
    {
        /// <summary>True if a slot was claimed.</summary>
        public bool HasEvent => ringBuffer is not null;

        /// <summary>Gives the event to write.</summary>
        /// <param name="eventRef">The event; not to be used where none was claimed.</param>
        /// <returns>True if a slot was claimed.</returns>
        public bool TryGetEvent(out EventRef eventRef)
        {
            eventRef = new(ringBuffer!, sequence);
            return ringBuffer is not null;
        }

        /// <summary>Publishes the slot, if one was claimed.</summary>
        public void Dispose() => ringBuffer?.Publish(sequence);
    }

    /// <summary>A claimed slot.</summary>
    /// <param name="ringBuffer">The ring.</param>
    /// <param name="sequence">The claimed sequence.</param>
    public readonly struct EventRef(ValueRingBuffer<T> ringBuffer, long sequence)
    {
        /// <summary>The claimed sequence.</summary>
        public long Sequence => sequence;

        /// <summary>The event to write.</summary>
        /// <returns>A reference to the slot.</returns>
        public ref T Event() => ref ringBuffer[sequence];
    }

    /// <summary>A run of claimed slots, or nothing, that are published when the scope is disposed.</summary>
    /// <param name="ringBuffer">The ring, or null where too few slots were free.</param>
    /// <param name="startSequence">The first claimed sequence.</param>
    /// <param name="endSequence">The last claimed sequence.</param>
    public readonly struct NullableUnpublishedEventBatchScope(ValueRingBuffer<T>? ringBuffer, long startSequence, long endSequence) : IDisposable
    {
        /// <summary>True if the slots were claimed.</summary>
        public bool HasEvents => ringBuffer is not null;

        /// <summary>Gives the events to write.</summary>
        /// <param name="eventRef">The events; not to be used where none were claimed.</param>
        /// <returns>True if the slots were claimed.</returns>
        public bool TryGetEvents(out EventBatchRef eventRef)
        {
            eventRef = new(ringBuffer!, startSequence, endSequence);
            return ringBuffer is not null;
        }

        /// <summary>Publishes the slots, if they were claimed.</summary>
        public void Dispose() => ringBuffer?.Publish(startSequence, endSequence);
    }

    /// <summary>A run of claimed slots.</summary>
    /// <param name="ringBuffer">The ring.</param>
    /// <param name="startSequence">The first claimed sequence.</param>
    /// <param name="endSequence">The last claimed sequence.</param>
    public readonly struct EventBatchRef(ValueRingBuffer<T> ringBuffer, long startSequence, long endSequence)
    {
        /// <summary>The first claimed sequence.</summary>
        public long StartSequence => startSequence;

        /// <summary>The last claimed sequence.</summary>
        public long EndSequence => endSequence;

        /// <summary>An event to write.</summary>
        /// <param name="index">0 for the first event of the run; not checked.</param>
        /// <returns>A reference to the slot.</returns>
        public ref T Event(int index) => ref ringBuffer[startSequence + index];
    }
}
