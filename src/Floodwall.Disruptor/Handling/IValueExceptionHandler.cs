namespace Disruptor;

/// <summary>
/// Told of the exceptions that handlers throw, on the thread of the handler. Returning goes on with the next event; throwing ends the
/// processing of that handler.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueExceptionHandler<T>
    where T : struct
{
    /// <summary><see cref="IValueEventHandler{T}.OnEvent"/> or <see cref="IValueEventHandler{T}.OnBatchStart"/> threw.</summary>
    /// <param name="ex">The exception.</param>
    /// <param name="sequence">The sequence of the event, which counts as processed from now on.</param>
    /// <param name="evt">The event, in its slot.</param>
    void HandleEventException(Exception ex, long sequence, ref T evt);

    /// <summary><see cref="IValueEventHandler{T}.OnTimeout"/> threw.</summary>
    /// <param name="ex">The exception.</param>
    /// <param name="sequence">The last processed sequence.</param>
    void HandleOnTimeoutException(Exception ex, long sequence);

    /// <summary><see cref="IValueEventHandler{T}.OnStart"/> threw.</summary>
    /// <param name="ex">The exception.</param>
    void HandleOnStartException(Exception ex);

    /// <summary><see cref="IValueEventHandler{T}.OnShutdown"/> threw.</summary>
    /// <param name="ex">The exception.</param>
    void HandleOnShutdownException(Exception ex);
}
