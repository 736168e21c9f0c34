using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>One agent's bucket: 16 bytes. Zeroed memory is a bucket of an agent never seen.</summary>
/// <param name="tokens">Millionths of a token, as of <paramref name="last"/>.</param>
/// <param name="last">The tick of the latest admission.</param>
internal readonly struct TokenBucket(long tokens, ulong last) : IEquatable<TokenBucket>
{
    // Bit 0 marks a bucket in use.
    private readonly long _state = (tokens << 1) | 1;

    public readonly ulong Last = last;

    public bool Seen => _state != 0;

    public long Tokens => _state >> 1;

    public bool Equals(TokenBucket other) => _state == other._state && Last == other.Last;

    public override bool Equals(object? obj) => obj is TokenBucket other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_state, Last);
}

/// <summary>
/// The arithmetic of buckets as pure functions: <c>(bucket, tick) → bucket or refusal</c>. Exact integers; where buckets are kept
/// is another's concern, so the wall and its replay compute with the same code.
/// </summary>
/// <param name="burst">Millionths of a token that a bucket holds and starts with.</param>
/// <param name="refill">Millionths of a token that it gains per tick.</param>
internal readonly struct BucketRule(long burst, long refill)
{
    private readonly long _burst = burst;
    private readonly long _refill = refill;

    // So many ticks' gain and a full bucket fit 64 bits together; and as no burst takes half of them, more ticks fill any bucket.
    private readonly ulong _mostTicks = refill == 0 ? ulong.MaxValue : (ulong)((long.MaxValue - burst) / refill);

    /// <summary>An agent's first bucket.</summary>
    public TokenBucket Fresh(ulong now) => new(_burst, now);

    /// <summary>Takes a token out of a bucket in use; a refusal changes nothing.</summary>
    public Refusal Take(ref TokenBucket bucket, ulong now)
    {
        ulong elapsed = Elapsed(in bucket, now);
        long tokens = Gained(in bucket, elapsed);
        if (tokens < AdmissionSettings.TokenScale)
        {
            return new Refusal(TicksUntilToken(in bucket, now, tokens), RefusalKind.RateLimited);
        }

        // Refill by elapsed ticks does not depend on how often it is computed, so only an admission writes.
        bucket = new TokenBucket(tokens - AdmissionSettings.TokenScale, bucket.Last + elapsed);
        Debug.Assert(bucket.Tokens >= 0, "took what was not there");
        Debug.Assert(bucket.Tokens <= _burst - AdmissionSettings.TokenScale, "kept more than fits");
        return Refusal.None;
    }

    /// <summary>What a bucket holds at a tick: with <c>now &gt; last</c>, min(burst, tokens + (now − last) × refill).</summary>
    public long Refilled(in TokenBucket bucket, ulong now) => Gained(in bucket, Elapsed(in bucket, now));

    // Masks in place of branches, here and below: whether a tick has passed since the agent's last intent, and whether its bucket is full
    // by now, is as good as random in a flood, and a branch that is guessed wrong costs more than both.
    private static ulong Elapsed(in TokenBucket bucket, ulong now) => (now - bucket.Last) & Mask(now > bucket.Last);

    private long Gained(in TokenBucket bucket, ulong elapsed)
    {
        Debug.Assert(bucket.Tokens >= 0 && bucket.Tokens <= _burst, "a bucket under another rule: what it misses would be negative");
        if (elapsed > _mostTicks)
        {
            return _burst;
        }

        long over = bucket.Tokens + ((long)elapsed * _refill) - _burst;
        return _burst + (over & (over >> 63));
    }

    /// <summary>A bucket under this rule that goes on under another: what it has gained so far stays, as far as it fits.</summary>
    public TokenBucket HandOver(in TokenBucket bucket, ulong now, in BucketRule next) =>
        new(Math.Min(Refilled(in bucket, now), next._burst), Math.Max(bucket.Last, now));

    /// <summary>All bits or none.</summary>
    private static ulong Mask(bool condition) => 0UL - (condition ? 1UL : 0UL);

    private ulong TicksUntilToken(in TokenBucket bucket, ulong now, long tokens)
    {
        if (_refill == 0)
        {
            return 0;
        }

        ulong ticks = (ulong)((AdmissionSettings.TokenScale - tokens + _refill - 1) / _refill);

        // An earlier `now` has the bucket's own last tick to wait for first.
        return now < bucket.Last ? ticks + (bucket.Last - now) : ticks;
    }
}
