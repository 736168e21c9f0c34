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
    private readonly Bucket[] _buckets;
    private readonly long _burst;
    private readonly long _refill;
    private readonly int _maxAgents;

    /// <param name="settings">Burst, refill and the bound on agents.</param>
    /// <param name="symbolCapacity">The capacity of the table that the agents' symbols come from.</param>
    public TokenBuckets(AdmissionSettings settings, int symbolCapacity)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _burst = settings.BurstUnits;
        _refill = settings.RefillUnits;
        _maxAgents = settings.MaxAgents;
        _buckets = new Bucket[symbolCapacity + 1];
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
        ref Bucket bucket = ref _buckets[agent.Id];
        long tokens;
        if (bucket.Seen)
        {
            tokens = Refilled(bucket, now);
            if (tokens < AdmissionSettings.TokenScale)
            {
                return new Refusal(TicksUntilToken(bucket, now, tokens), RefusalKind.RateLimited);
            }
        }
        else
        {
            if (Agents == _maxAgents)
            {
                return new Refusal(0, RefusalKind.AgentTableFull);
            }

            Agents++;
            tokens = _burst;
        }

        // Refill by elapsed ticks does not depend on how often it is computed, so only an admission writes.
        bucket = new Bucket(tokens - AdmissionSettings.TokenScale, Math.Max(bucket.Last, now));
        return Refusal.None;
    }

    /// <summary>An agent's tokens at a tick, in millionths; its burst when it was never seen.</summary>
    public long TokensOf(Symbol agent, ulong now)
    {
        Bucket bucket = _buckets[agent.Id];
        return bucket.Seen ? Refilled(bucket, now) : _burst;
    }

    private long Refilled(in Bucket bucket, ulong now)
    {
        if (now <= bucket.Last)
        {
            return bucket.Tokens;
        }

        // 128-bit product: no number of elapsed ticks can wrap.
        ulong high = Math.BigMul(now - bucket.Last, (ulong)_refill, out ulong gained);
        long missing = _burst - bucket.Tokens;
        return high != 0 || gained >= (ulong)missing ? _burst : bucket.Tokens + (long)gained;
    }

    private ulong TicksUntilToken(in Bucket bucket, ulong now, long tokens)
    {
        if (_refill == 0)
        {
            return 0;
        }

        ulong ticks = (ulong)((AdmissionSettings.TokenScale - tokens + _refill - 1) / _refill);
        // An earlier `now` has the bucket's own last tick to wait for first.
        return now < bucket.Last ? ticks + (bucket.Last - now) : ticks;
    }

    // 16 bytes. Bit 0 of State marks a bucket in use, so that zeroed memory is a table of unseen agents.
    private readonly struct Bucket(long tokens, ulong last)
    {
        private readonly long _state = (tokens << 1) | 1;

        public readonly ulong Last = last;

        public bool Seen => _state != 0;

        public long Tokens => _state >> 1;
    }
}
