namespace Floodwall.Pipeline;

/// <summary>Whoever waits for single decisions.</summary>
internal interface IAcknowledger
{
    /// <summary>The outcome of the intent behind a ticket; never called with ticket 0.</summary>
    void Acknowledge(uint ticket, in Decision decision);
}
