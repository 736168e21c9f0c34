namespace Floodwall.Pipeline;

/// <summary>
/// Admission: who may enter the queue. Checks, in this order: a live duplicate costs nothing, a full queue costs no token, then
/// the agent's bucket.
/// </summary>
public sealed class AdmissionStage
{
    private readonly TokenBuckets _buckets;
    private readonly LiveIntents _live;
    private readonly int _queueCapacity;

    /// <param name="settings">The bounds.</param>
    /// <param name="symbolCapacity">The capacity of the wall's symbol table.</param>
    public AdmissionStage(AdmissionSettings settings, int symbolCapacity)
        : this(settings, symbolCapacity, liveCapacity: 0)
    {
    }

    /// <param name="settings">The bounds.</param>
    /// <param name="symbolCapacity">The capacity of the wall's symbol table.</param>
    /// <param name="liveCapacity">Intents that may be live at once, where a restored queue holds more than its present bound.</param>
    internal AdmissionStage(AdmissionSettings settings, int symbolCapacity, int liveCapacity)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _buckets = new TokenBuckets(settings, symbolCapacity);
        _live = new LiveIntents(Math.Max(settings.QueueCapacity, liveCapacity));
        _queueCapacity = settings.QueueCapacity;
    }

    /// <summary>The agents' buckets, to be put back or written down.</summary>
    internal TokenBuckets Buckets => _buckets;

    /// <summary>Agents seen so far.</summary>
    public int Agents => _buckets.Agents;

    /// <summary>Decides on one intent.</summary>
    /// <param name="intent">The intent, already checked at the edge.</param>
    /// <param name="now">The wall's clock in ticks.</param>
    /// <param name="queued">Intents in the queue.</param>
    /// <param name="ticksUntilRoom">Ticks until the queue next lets something out; 0 when no tick does.</param>
    public Refusal Admit(in Intent intent, ulong now, int queued, ulong ticksUntilRoom)
    {
        if (_live.Contains(intent.Agent, intent.Id))
        {
            return new Refusal(0, RefusalKind.Duplicate);
        }

        return queued >= _queueCapacity
            ? new Refusal(ticksUntilRoom, RefusalKind.Backpressure)
            : _buckets.Take(intent.Agent, now);
    }

    /// <summary>An admitted intent starts to wait in the queue.</summary>
    public void Enter(in Intent intent) => _live.Add(intent.Agent, intent.Id);

    /// <summary>An intent has left the queue.</summary>
    public void Leave(in Intent intent) => _live.Remove(intent.Agent, intent.Id);
}
