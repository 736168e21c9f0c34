namespace Floodwall.Ledger;

/// <summary>A witness's answer.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Media type without parameters; null where none was sent.</param>
/// <param name="Body">The body, at most 64 KiB.</param>
public sealed record WitnessAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body);

/// <summary>The way to one witness.</summary>
public interface IWitnessTransport
{
    /// <summary>Sends the body of an add-checkpoint request.</summary>
    /// <exception cref="IOException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<WitnessAnswer> AddCheckpointAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation);
}
