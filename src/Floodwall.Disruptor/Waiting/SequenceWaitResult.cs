namespace Disruptor;

/// <summary>What a wait ended with: an available sequence, or a timeout.</summary>
public readonly struct SequenceWaitResult : IEquatable<SequenceWaitResult>
{
    private const long TimeoutValue = -3;

    /// <summary>The result of a wait that timed out.</summary>
    public static readonly SequenceWaitResult Timeout = new(TimeoutValue);

    /// <summary>A wait that ended with an available sequence.</summary>
    /// <param name="availableSequence">The last sequence that may be processed.</param>
    public SequenceWaitResult(long availableSequence) => UnsafeAvailableSequence = availableSequence;

    /// <summary>The last sequence that may be processed; null after a timeout.</summary>
    public long? AvailableSequence => IsTimeout ? null : UnsafeAvailableSequence;

    /// <summary>The last sequence that may be processed; meaningless after a timeout, so look at <see cref="IsTimeout"/> first.</summary>
    public long UnsafeAvailableSequence { get; }

    /// <summary>True if the wait timed out.</summary>
    public bool IsTimeout => UnsafeAvailableSequence == TimeoutValue;

    /// <summary>Makes a result of an available sequence.</summary>
    /// <param name="availableSequence">The last sequence that may be processed.</param>
    public static implicit operator SequenceWaitResult(long availableSequence) => new(availableSequence);

    /// <summary>Compares by value.</summary>
    /// <param name="left">One result.</param>
    /// <param name="right">Another.</param>
    public static bool operator ==(SequenceWaitResult left, SequenceWaitResult right) => left.Equals(right);

    /// <summary>Compares by value.</summary>
    /// <param name="left">One result.</param>
    /// <param name="right">Another.</param>
    public static bool operator !=(SequenceWaitResult left, SequenceWaitResult right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(SequenceWaitResult other) => UnsafeAvailableSequence == other.UnsafeAvailableSequence;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SequenceWaitResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => UnsafeAvailableSequence.GetHashCode();
}
