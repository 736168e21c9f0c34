namespace Disruptor;

/// <summary>Something with a position that only grows.</summary>
public interface ICursored
{
    /// <summary>
    /// The highest published sequence (one producer) or the highest claimed sequence (many producers); −1 before the first.
    /// </summary>
    long Cursor { get; }
}
