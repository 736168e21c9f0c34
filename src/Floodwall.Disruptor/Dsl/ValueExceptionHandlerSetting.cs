namespace Disruptor.Dsl;

/// <summary>Sets the exception handler of one event handler.</summary>
/// <typeparam name="T">The event.</typeparam>
public class ValueExceptionHandlerSetting<T>
    where T : struct
{
    private readonly ConsumerRepository<T> _consumers;
    private readonly IValueEventHandler<T> _eventHandler;

    internal ValueExceptionHandlerSetting(ConsumerRepository<T> consumers, IValueEventHandler<T> eventHandler)
    {
        _consumers = consumers;
        _eventHandler = eventHandler;
    }

    /// <summary>Sets the exception handler; it goes before the default one.</summary>
    /// <param name="exceptionHandler">The exception handler.</param>
    /// <exception cref="ArgumentException">The event handler was not added to the disruptor.</exception>
    public void With(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        _consumers.SetExceptionHandler(_eventHandler, exceptionHandler);
    }
}
