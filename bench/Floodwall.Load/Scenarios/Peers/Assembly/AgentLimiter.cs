using System.Threading.RateLimiting;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>A token bucket for each agent from System.Threading.RateLimiting.</summary>
/// <remarks>
/// Its buckets are refilled by real time only, by a timer of the partitioned limiter or by TryReplenish, which looks at the clock too, so they
/// cannot follow logical ticks; the flood therefore has to be one in which nobody runs out. What costs nothing is set: no queue, no refill of
/// its own while it is measured, and one factory made once, since <c>GetTokenBucketLimiter</c> would allocate a closure at every call.
/// </remarks>
internal static class AgentLimiter
{
    public static PartitionedRateLimiter<uint> Create(int tokens)
    {
        TokenBucketRateLimiterOptions options = new()
        {
            TokenLimit = tokens,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromDays(1),
            QueueLimit = 0,
            AutoReplenishment = false,
        };
        Func<uint, RateLimiter> factory = _ => new TokenBucketRateLimiter(options);
        return PartitionedRateLimiter.Create<uint, uint>(agent => RateLimitPartition.Get(agent, factory));
    }
}
