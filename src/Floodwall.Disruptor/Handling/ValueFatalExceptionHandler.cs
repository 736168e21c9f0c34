namespace Disruptor;

/// <summary>
/// The exception handler where none is set: writes the exception to the console and ends the processing of the handler that threw. The
/// producers then stop when the ring is full.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueFatalExceptionHandler<T> : IValueExceptionHandler<T>
    where T : struct
{
    /// <inheritdoc/>
    public void HandleEventException(Exception ex, long sequence, ref T evt) => Fail($"Processing of event {sequence} failed", ex);

    /// <inheritdoc/>
    public void HandleOnTimeoutException(Exception ex, long sequence) => Fail($"OnTimeout after event {sequence} failed", ex);

    /// <inheritdoc/>
    public void HandleOnStartException(Exception ex) => Fail("OnStart failed", ex);

    /// <inheritdoc/>
    public void HandleOnShutdownException(Exception ex) => Fail("OnShutdown failed", ex);

    private static void Fail(string what, Exception cause)
    {
        Console.WriteLine($"{what}: {cause}");
#pragma warning disable CA2201 // the type that the released package throws
        throw new ApplicationException($"{what}: {cause.Message}", cause);
#pragma warning restore CA2201
    }
}
