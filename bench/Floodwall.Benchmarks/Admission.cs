using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>A token for an agent, a thousand agents: the wall's buckets against the partitioned rate limiter of the framework. For one intent.</summary>
[MemoryDiagnoser]
public class Admission
{
    private const int Burst = 1_000_000_000;

    private readonly Intents _intents = new();
    private AdmissionStage _stage = null!;
    private TokenBuckets _buckets = null!;
    private PartitionedRateLimiter<uint> _limiter = null!;
    private ulong _lap;

    [GlobalSetup]
    public void Start()
    {
        AdmissionSettings settings = new(burst: Burst, refillPerTick: 1.5);
        _stage = new AdmissionStage(settings, _intents.Vocabulary.Symbols.Capacity);
        _buckets = new TokenBuckets(settings, _intents.Vocabulary.Symbols.Capacity);

        // As fast as it goes: no queue, no refill while it is measured, and one factory made once (GetTokenBucketLimiter allocates a closure at every call).
        TokenBucketRateLimiterOptions options = new()
        {
            TokenLimit = Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            QueueLimit = 0,
            AutoReplenishment = false,
        };
        Func<uint, RateLimiter> factory = _ => new TokenBucketRateLimiter(options);
        _limiter = PartitionedRateLimiter.Create<uint, uint>(agent => RateLimitPartition.Get(agent, factory));
    }

    [GlobalCleanup]
    public void Stop() => _limiter.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "PartitionedRateLimiter")]
    public int Limiter()
    {
        int admitted = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            using RateLimitLease lease = _limiter.AttemptAcquire(intent.Agent.Id);
            admitted += lease.IsAcquired ? 1 : 0;
        }

        return Checked(admitted);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "TokenBuckets")]
    public int Buckets()
    {
        int admitted = 0;
        NextLap();
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            admitted += _buckets.Take(intent.Agent, _lap + intent.SubmittedTick).IsRefused ? 0 : 1;
        }

        return Checked(admitted);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "AdmissionStage")]
    public int Stage()
    {
        int admitted = 0;
        NextLap();
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            admitted += _stage.Admit(in intent, _lap + intent.SubmittedTick, 0, 1).IsRefused ? 0 : 1;
        }

        return Checked(admitted);
    }

    // The intents come round again later: a tick passes every thousand of them, as in a flood, and buckets are refilled as often.
    private void NextLap() => _lap += _intents.All[^1].SubmittedTick + 1;

    private static int Checked(int admitted)
    {
        Answer.Require(Intents.Count, admitted, "admitted");
        return admitted;
    }
}
