namespace Disruptor.Dsl;

/// <summary>Handlers that others can be placed behind.</summary>
/// <typeparam name="T">The event.</typeparam>
public class ValueEventHandlerGroup<T>
    where T : struct
{
    private readonly ValueDisruptor<T> _disruptor;
    private readonly Sequence[] _sequences;

    internal ValueEventHandlerGroup(ValueDisruptor<T> disruptor, Sequence[] sequences)
    {
        _disruptor = disruptor;
        _sequences = sequences;
    }

    /// <summary>Joins two groups.</summary>
    /// <param name="otherHandlerGroup">Another group of the same disruptor.</param>
    /// <returns>The handlers of both.</returns>
    public ValueEventHandlerGroup<T> And(ValueEventHandlerGroup<T> otherHandlerGroup)
    {
        ArgumentNullException.ThrowIfNull(otherHandlerGroup);
        return new(_disruptor, [.. _sequences, .. otherHandlerGroup._sequences]);
    }

    /// <summary>Adds handlers that see an event only after every handler of this group has processed it. They run beside each other.</summary>
    /// <param name="handlers">The handlers, each on a thread of its own.</param>
    /// <returns>The added handlers.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started.</exception>
    public ValueEventHandlerGroup<T> Then(params IValueEventHandler<T>[] handlers) => HandleEventsWith(handlers);

    /// <summary>The same as <see cref="Then"/>; reads better after <see cref="ValueDisruptor{T}.After"/>.</summary>
    /// <param name="handlers">The handlers, each on a thread of its own.</param>
    /// <returns>The added handlers.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started.</exception>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) =>
        _disruptor.AddHandlers(_sequences, handlers);
}
