namespace Disruptor;

/// <summary>The part of a ring that does not depend on the type of the events: claiming, publishing and gating.</summary>
public abstract class RingBuffer : ICursored
{
    private protected readonly RingFields _fields;

    private protected RingBuffer(ISequencer sequencer, Array entries, int firstSlotOffset) =>
        _fields = new RingFields(sequencer, entries, firstSlotOffset);

    /// <summary>Number of slots, a power of two.</summary>
    public int BufferSize => _fields.BufferSize;

    /// <inheritdoc/>
    public long Cursor => Sequencer.Cursor;

    internal ISequencer Sequencer => _fields.Single is not null ? _fields.Single : _fields.Multi!;

    /// <inheritdoc cref="ISequenced.HasAvailableCapacity"/>
    public bool HasAvailableCapacity(int requiredCapacity) => Sequencer.HasAvailableCapacity(requiredCapacity);

    /// <inheritdoc cref="ISequenced.GetRemainingCapacity"/>
    public long GetRemainingCapacity() => Sequencer.GetRemainingCapacity();

    /// <inheritdoc cref="ISequenced.Next()"/>
    public long Next() => _fields.Single is not null ? _fields.Single.Next() : _fields.Multi!.Next();

    /// <inheritdoc cref="ISequenced.Next(int)"/>
    public long Next(int n) => _fields.Single is not null ? _fields.Single.Next(n) : _fields.Multi!.Next(n);

    /// <inheritdoc cref="ISequenced.TryNext(out long)"/>
    public bool TryNext(out long sequence) => _fields.Single is not null ? _fields.Single.TryNext(out sequence) : _fields.Multi!.TryNext(out sequence);

    /// <inheritdoc cref="ISequenced.TryNext(int, out long)"/>
    public bool TryNext(int n, out long sequence) =>
        _fields.Single is not null ? _fields.Single.TryNext(n, out sequence) : _fields.Multi!.TryNext(n, out sequence);

    /// <inheritdoc cref="ISequenced.Publish(long)"/>
    public void Publish(long sequence)
    {
        if (_fields.Single is not null)
        {
            _fields.Single.Publish(sequence);
        }
        else
        {
            _fields.Multi!.Publish(sequence);
        }
    }

    /// <inheritdoc cref="ISequenced.Publish(long, long)"/>
    public void Publish(long lo, long hi)
    {
        if (_fields.Single is not null)
        {
            _fields.Single.Publish(lo, hi);
        }
        else
        {
            _fields.Multi!.Publish(lo, hi);
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
