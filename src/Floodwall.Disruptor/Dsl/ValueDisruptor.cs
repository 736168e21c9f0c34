using System.Diagnostics;

namespace Disruptor.Dsl;

/// <summary>
/// A ring and the handlers around it: add handlers, start, publish, shut down.
/// <code>
/// disruptor.HandleEventsWith(a, b).Then(c);
/// disruptor.Start();
/// </code>
/// </summary>
/// <remarks>Set up and shut down from one thread; publish from as many as the producer type allows.</remarks>
/// <typeparam name="T">The event.</typeparam>
public class ValueDisruptor<T>
    where T : struct
{
    private readonly ValueRingBuffer<T> _ringBuffer;
    private readonly TaskScheduler _taskScheduler;
    private readonly ConsumerRepository<T> _consumers = new();
    private int _started;

    /// <summary>Creates a disruptor for many producers, with <see cref="BlockingWaitStrategy"/> and the default scheduler.</summary>
    /// <param name="eventFactory">Called once per slot for its first content.</param>
    /// <param name="ringBufferSize">Number of slots, a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1, not a power of two, or too large to allocate.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default)
    {
    }

    /// <summary>Creates a disruptor for many producers, with <see cref="BlockingWaitStrategy"/>.</summary>
    /// <param name="eventFactory">Called once per slot for its first content.</param>
    /// <param name="ringBufferSize">Number of slots, a power of two.</param>
    /// <param name="taskScheduler">Makes the threads: one long-running task per handler.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1, not a power of two, or too large to allocate.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler)
        : this(eventFactory, ringBufferSize, taskScheduler, ProducerType.Multi, new BlockingWaitStrategy())
    {
    }

    /// <summary>Creates a disruptor.</summary>
    /// <param name="eventFactory">Called once per slot for its first content.</param>
    /// <param name="ringBufferSize">Number of slots, a power of two.</param>
    /// <param name="taskScheduler">Makes the threads: one long-running task per handler.</param>
    /// <param name="producerType">Who publishes.</param>
    /// <param name="waitStrategy">How handlers wait for events.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1, not a power of two, or too large to allocate.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="producerType"/> is unknown.</exception>
    public ValueDisruptor(
        Func<T> eventFactory,
        int ringBufferSize,
        TaskScheduler taskScheduler,
        ProducerType producerType,
        IWaitStrategy waitStrategy)
    {
        ArgumentNullException.ThrowIfNull(taskScheduler);
        _taskScheduler = taskScheduler;
        _ringBuffer = ValueRingBuffer<T>.Create(producerType, eventFactory, ringBufferSize, waitStrategy);
    }

    /// <summary>The ring to publish into.</summary>
    public ValueRingBuffer<T> RingBuffer => _ringBuffer;

    /// <inheritdoc cref="ICursored.Cursor"/>
    public long Cursor => _ringBuffer.Cursor;

    /// <summary>Number of slots, a power of two.</summary>
    public long BufferSize => _ringBuffer.BufferSize;

    /// <summary>True once <see cref="Start"/> was called.</summary>
    public bool HasStarted => Volatile.Read(ref _started) != 0;

    /// <summary>The event in the slot of a sequence.</summary>
    /// <param name="sequence">A sequence, 0 or above.</param>
    public ref T this[long sequence] => ref _ringBuffer[sequence];

    /// <summary>Adds handlers that see events as soon as they are published. They run beside each other.</summary>
    /// <param name="handlers">The handlers, each on a thread of its own.</param>
    /// <returns>The added handlers, to place others behind them.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started.</exception>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => AddHandlers([], handlers);

    /// <summary>Names handlers that others are to be placed behind.</summary>
    /// <param name="handlers">Handlers that were added before.</param>
    /// <returns>The group of these handlers.</returns>
    /// <exception cref="ArgumentException">One of them was not added to this disruptor.</exception>
    public ValueEventHandlerGroup<T> After(params IValueEventHandler<T>[] handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        return new(this, Array.ConvertAll(handlers, handler => _consumers.Get(handler).Sequence));
    }

    /// <summary>Sets what happens when a handler throws, for handlers added before and after. Without it the handler ends.</summary>
    /// <param name="exceptionHandler">The exception handler.</param>
    /// <exception cref="InvalidOperationException">The disruptor was started.</exception>
    public void SetDefaultExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        ThrowIfStarted();
        _consumers.SetDefaultExceptionHandler(exceptionHandler);
    }

    /// <summary>Sets what happens when one handler throws.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    /// <returns>The place to name the exception handler.</returns>
    public ValueExceptionHandlerSetting<T> HandleExceptionsFor(IValueEventHandler<T> eventHandler)
    {
        ArgumentNullException.ThrowIfNull(eventHandler);
        return new(_consumers, eventHandler);
    }

    /// <summary>The last sequence that a handler has processed; −1 before the first. It moves once per batch.</summary>
    /// <param name="handler">A handler that was added before.</param>
    /// <returns>A sequence number.</returns>
    /// <exception cref="ArgumentException">The handler was not added to this disruptor.</exception>
    public long GetSequenceValueFor(IValueEventHandler<T> handler) => _consumers.Get(handler).Sequence.Value;

    /// <inheritdoc cref="ValueRingBuffer{T}.PublishEvent"/>
    public ValueRingBuffer<T>.UnpublishedEventScope PublishEvent() => _ringBuffer.PublishEvent();

    /// <inheritdoc cref="ValueRingBuffer{T}.PublishEvents"/>
    public ValueRingBuffer<T>.UnpublishedEventBatchScope PublishEvents(int count) => _ringBuffer.PublishEvents(count);

    /// <summary>Starts every handler on a thread of its own.</summary>
    /// <returns>The ring to publish into.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started before.</exception>
    public ValueRingBuffer<T> Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("The disruptor was already started; it starts once.");
        }

        foreach (ValueEventProcessor<T> processor in _consumers.Processors)
        {
            processor.Start(_taskScheduler);
        }

        return _ringBuffer;
    }

    /// <summary>Stops every handler at the end of its batch, whatever is left in the ring. It does not wait for the threads to end.</summary>
    public void Halt()
    {
        foreach (ValueEventProcessor<T> processor in _consumers.Processors)
        {
            processor.Halt();
        }
    }

    /// <summary>
    /// Waits until everything that was published is processed, then stops the handlers. Producers must have stopped. It does not wait
    /// for the threads to end: wait for <see cref="IValueEventHandler{T}.OnShutdown"/> where that matters.
    /// </summary>
    public void Shutdown() => Shutdown(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="Shutdown()"/>, but gives up after a time.</summary>
    /// <param name="timeout">How long to wait; below zero waits for ever.</param>
    /// <exception cref="TimeoutException">Handlers were still behind; nothing was stopped.</exception>
    public void Shutdown(TimeSpan timeout)
    {
        long startedAt = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (_consumers.HasBacklog(_ringBuffer.Cursor))
        {
            if (timeout >= TimeSpan.Zero && Stopwatch.GetElapsedTime(startedAt) > timeout)
            {
                throw new TimeoutException($"Handlers had not processed every event after {timeout}.");
            }

            spin.SpinOnce();
        }

        Halt();
    }

    internal ValueEventHandlerGroup<T> AddHandlers(Sequence[] dependencies, IValueEventHandler<T>[] handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        ThrowIfStarted();
        foreach (IValueEventHandler<T> handler in handlers)
        {
            ArgumentNullException.ThrowIfNull(handler, nameof(handlers));
        }

        Sequence[] sequences = Array.ConvertAll(handlers, handler => _consumers.Add(_ringBuffer, dependencies, handler).Sequence);
        if (sequences.Length > 0)
        {
            // producers wait for the last of a chain only: the others are ahead of it
            _ringBuffer.AddGatingSequences(sequences);
            foreach (Sequence dependency in dependencies)
            {
                _ringBuffer.RemoveGatingSequence(dependency);
            }

            _consumers.MarkFollowed(dependencies);
        }

        return new(this, sequences);
    }

    private void ThrowIfStarted()
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("Handlers and exception handlers must be set before the disruptor starts.");
        }
    }
}
