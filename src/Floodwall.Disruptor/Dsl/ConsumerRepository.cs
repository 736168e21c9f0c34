namespace Disruptor.Dsl;

/// <summary>The consumers of one disruptor, in the order in which they were added. Handlers are told apart by identity.</summary>
internal sealed class ConsumerRepository<T>
    where T : struct
{
    private readonly List<ValueEventProcessor<T>> _processors = [];
    private readonly HashSet<ValueEventProcessor<T>> _ownExceptionHandler = [];
    private IValueExceptionHandler<T> _defaultExceptionHandler = new ValueFatalExceptionHandler<T>();

    public IReadOnlyList<ValueEventProcessor<T>> Processors => _processors;

    public ValueEventProcessor<T> Add(ValueRingBuffer<T> ringBuffer, Sequence[] dependencies, IValueEventHandler<T> handler)
    {
        var processor = new ValueEventProcessor<T>(ringBuffer, dependencies, handler, _defaultExceptionHandler);
        _processors.Add(processor);
        return processor;
    }

    public ValueEventProcessor<T> Get(IValueEventHandler<T> handler) =>
        _processors.Find(processor => ReferenceEquals(processor.Handler, handler))
        ?? throw new ArgumentException("The event handler was not added to this disruptor.", nameof(handler));

    public void SetDefaultExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        _defaultExceptionHandler = exceptionHandler;
        foreach (ValueEventProcessor<T> processor in _processors)
        {
            if (!_ownExceptionHandler.Contains(processor))
            {
                processor.ExceptionHandler = exceptionHandler;
            }
        }
    }

    public void SetExceptionHandler(IValueEventHandler<T> handler, IValueExceptionHandler<T> exceptionHandler)
    {
        ValueEventProcessor<T> processor = Get(handler);
        _ownExceptionHandler.Add(processor);
        processor.ExceptionHandler = exceptionHandler;
    }

    public void MarkFollowed(Sequence[] sequences)
    {
        foreach (ValueEventProcessor<T> processor in _processors)
        {
            if (Array.IndexOf(sequences, processor.Sequence) >= 0)
            {
                processor.IsEndOfChain = false;
            }
        }
    }

    /// <summary>True while a last consumer that still runs is behind the cursor.</summary>
    public bool HasBacklog(long cursor) =>
        _processors.Exists(processor => processor.IsEndOfChain && processor.IsRunning && processor.Sequence.Value < cursor);
}
