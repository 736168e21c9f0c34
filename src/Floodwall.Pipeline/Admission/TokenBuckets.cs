using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>
/// One token bucket per agent on logical ticks. Exact integer arithmetic; a refusal changes nothing.
/// </summary>
/// <remarks>
/// A bucket is found by the agent's symbol without hashing: symbols are dense. The array is as long as the symbol table may
/// become, but pages that no agent's symbol falls on are never touched. Agents are counted, bounded, and never evicted, because
/// an evicted agent would come back with a fresh burst.
/// </remarks>
public sealed class TokenBuckets
{
    private readonly TokenBucket[] _buckets;
    private readonly BucketRule _rule;
    private readonly int _maxAgents;
    private uint _highest;

    /// <param name="settings">Burst, refill and the bound on agents.</param>
    /// <param name="symbolCapacity">The capacity of the table that the agents' symbols come from.</param>
    public TokenBuckets(AdmissionSettings settings, int symbolCapacity)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _rule = new BucketRule(settings.BurstUnits, settings.RefillUnits);
        _maxAgents = settings.MaxAgents;
        _buckets = new TokenBucket[symbolCapacity + 1];
    }

    /// <summary>Agents seen so far.</summary>
    public int Agents { get; private set; }

    /// <summary>
    /// Takes one token: with <c>now &gt; last</c>, tokens = min(burst, tokens + (now − last) × refill); then a token if there is
    /// a whole one. An agent's first sight starts it at burst. An earlier <paramref name="now"/> gains nothing.
    /// </summary>
    /// <param name="agent">Who asks.</param>
    /// <param name="now">The wall's clock in ticks.</param>
    /// <returns><see cref="Refusal.None"/>, RateLimited with the ticks until a whole token is there, or AgentTableFull.</returns>
    public Refusal Take(Symbol agent, ulong now)
    {
        Debug.Assert(agent.Id - 1 < (uint)_buckets.Length - 1, "checked at the edge");
        ref TokenBucket bucket = ref _buckets[agent.Id];
        if (!bucket.Seen)
        {
            // A restored wall may know more agents than its present bound would let in.
            if (Agents >= _maxAgents)
            {
                return new Refusal(0, RefusalKind.AgentTableFull);
            }

            Agents++;
            _highest = Math.Max(_highest, agent.Id);
            bucket = _rule.Fresh(now);
        }

        return _rule.Take(ref bucket, now);
    }

    /// <summary>An agent's tokens at a tick, in millionths; its burst when it was never seen.</summary>
    public long TokensOf(Symbol agent, ulong now)
    {
        TokenBucket bucket = _buckets[agent.Id];
        return _rule.Refilled(bucket.Seen ? bucket : _rule.Fresh(now), now);
    }

    /// <summary>Puts a bucket back as it was recorded.</summary>
    internal void Restore(Symbol agent, in TokenBucket bucket)
    {
        Debug.Assert(!agent.IsNone && bucket.Seen, "nobody's bucket, or none that was in use");
        Agents += _buckets[agent.Id].Seen ? 0 : 1;
        _highest = Math.Max(_highest, agent.Id);
        _buckets[agent.Id] = bucket;
    }

    /// <summary>The next agent behind <paramref name="agent"/>, by number; false when there is none.</summary>
    internal bool Next(ref uint agent, out TokenBucket bucket)
    {
        do
        {
            agent++;
        }
        while (agent <= _highest && !_buckets[agent].Seen);

        bucket = agent <= _highest ? _buckets[agent] : default;
        return agent <= _highest;
    }
}
