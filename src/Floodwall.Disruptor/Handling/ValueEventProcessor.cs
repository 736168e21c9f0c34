using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Disruptor;

/// <summary>
/// Runs one handler: waits for events, hands them over in batches, and makes its progress known once per batch. It stops between
/// batches.
/// </summary>
internal sealed class ValueEventProcessor<T>
    where T : struct
{
    private readonly ValueRingBuffer<T> _ringBuffer;
    private readonly SequenceBarrier _barrier;
    private readonly IValueEventHandler<T> _handler;
    private IValueExceptionHandler<T> _exceptionHandler;
    private volatile bool _scheduled;
    private volatile bool _ended;

    public ValueEventProcessor(
        ValueRingBuffer<T> ringBuffer,
        Sequence[] dependencies,
        IValueEventHandler<T> handler,
        IValueExceptionHandler<T> exceptionHandler)
    {
        _ringBuffer = ringBuffer;
        _barrier = new SequenceBarrier(ringBuffer.Sequencer, dependencies);
        _handler = handler;
        _exceptionHandler = exceptionHandler;
    }

    public IValueEventHandler<T> Handler => _handler;

    /// <summary>The last processed event.</summary>
    public Sequence Sequence { get; } = new();

    /// <summary>True from the moment its thread is asked for until that thread is done, so that a shutdown right after a start drains.</summary>
    public bool IsRunning => _scheduled && !_ended;

    /// <summary>True while no later handler follows this one.</summary>
    public bool IsEndOfChain { get; set; } = true;

    public IValueExceptionHandler<T> ExceptionHandler
    {
        get => Volatile.Read(ref _exceptionHandler);
        set => Volatile.Write(ref _exceptionHandler, value);
    }

    /// <summary>Starts processing on a thread of its own, made by the scheduler.</summary>
    public void Start(TaskScheduler taskScheduler)
    {
        _scheduled = true;
        Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, taskScheduler);
    }

    public void Halt() => _barrier.Halt();

    private void Run()
    {
        try
        {
            NotifyStart();
            try
            {
                ProcessUntilHalted();
            }
            finally
            {
                NotifyShutdown();
            }
        }
        finally
        {
            _ended = true;
        }
    }

    private void ProcessUntilHalted()
    {
        int maxBatchSize = _handler.MaxBatchSize ?? int.MaxValue;
        long next = Sequence.Value + 1;
        while (TryWait(next, out SequenceWaitResult result))
        {
            if (result.IsTimeout)
            {
                NotifyTimeout();
                continue;
            }

            long last = Math.Min(result.UnsafeAvailableSequence, next + maxBatchSize - 1);
            Debug.Assert(last >= next, "the barrier gave less than was asked for, or a batch holds nothing");
            try
            {
                _handler.OnBatchStart(last - next + 1);
                ProcessBatch(ref next, last);
                Sequence.SetValue(last);
            }
            catch (Exception exception)
            {
                ExceptionHandler.HandleEventException(exception, next, ref _ringBuffer[next]);
                Sequence.SetValue(next);
                next++;
            }
        }
    }

    private bool TryWait(long sequence, out SequenceWaitResult result)
    {
        try
        {
            result = _barrier.WaitFor(sequence);
            return true;
        }
        catch (OperationCanceledException) when (_barrier.IsHalted)
        {
            result = default;
            return false;
        }
    }

    // A method of its own, so that it is compiled again with what was learnt of the handler while its callers keep looping.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessBatch(ref long next, long last)
    {
        ValueRingBuffer<T> ringBuffer = _ringBuffer;
        IValueEventHandler<T> handler = _handler;
        while (next <= last)
        {
            handler.OnEvent(ref ringBuffer[next], next, next == last);
            next++;
        }
    }

    private void NotifyStart()
    {
        try
        {
            _handler.OnStart();
        }
        catch (Exception exception)
        {
            ExceptionHandler.HandleOnStartException(exception);
        }
    }

    private void NotifyTimeout()
    {
        long processed = Sequence.Value;
        try
        {
            _handler.OnTimeout(processed);
        }
        catch (Exception exception)
        {
            ExceptionHandler.HandleOnTimeoutException(exception, processed);
        }
    }

    private void NotifyShutdown()
    {
        try
        {
            _handler.OnShutdown();
        }
        catch (Exception exception)
        {
            ExceptionHandler.HandleOnShutdownException(exception);
        }
    }
}
