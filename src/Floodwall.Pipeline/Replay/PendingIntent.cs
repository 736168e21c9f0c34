namespace Floodwall.Pipeline;

/// <summary>An intent that waited in the queue when a snapshot was taken, and has not been decided since.</summary>
public sealed class PendingIntent
{
    /// <summary>The intent.</summary>
    public required Intent Intent { get; init; }

    /// <summary>The wall's clock when it was admitted.</summary>
    public required ulong AdmittedTick { get; init; }
}
