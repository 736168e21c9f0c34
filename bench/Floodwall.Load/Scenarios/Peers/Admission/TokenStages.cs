using System.Threading.RateLimiting;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Admission;

/// <summary>A token of its agent for each intent of the flood, over and over. Nobody runs out, so all that is asked is given.</summary>
internal abstract class TokenStage : Stage
{
    private readonly ulong _ticksOfLap;
    private long _given;
    private int _at;
    private ulong _lap;

    protected TokenStage(FloodShape shape)
    {
        FloodBench bench = new(shape with { Refuses = false });
        Settings = bench.Shape.Wall(null, null).Admission;
        SymbolCapacity = bench.Vocabulary.Symbols.Capacity;
        Intents = new Intent[IntentStream.Window];
        foreach (ref Intent intent in Intents.AsSpan())
        {
            intent = bench.Stream.Next();
        }

        _ticksOfLap = Intents[^1].SubmittedTick;
    }

    /// <summary>The flood's window, with its ticks.</summary>
    protected Intent[] Intents { get; }

    protected AdmissionSettings Settings { get; }

    protected int SymbolCapacity { get; }

    public override void Run(long operations)
    {
        while (operations > 0)
        {
            int count = (int)Math.Min(operations, Intents.Length - _at);
            _given += Ask(Intents.AsSpan(_at, count), _lap);
            operations -= count;
            _at += count;
            if (_at == Intents.Length)
            {
                _at = 0;
                _lap += _ticksOfLap;
            }
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(operations, _given, "tokens given");
        return $"{operations} tokens asked for, all given";
    }

    /// <summary>Asks for one token each; returns how many were given.</summary>
    /// <param name="intents">Who asks, each at its own tick, so that buckets are refilled as often as in the flood.</param>
    /// <param name="lap">Ticks that come on top of theirs, since they come round again.</param>
    protected abstract int Ask(ReadOnlySpan<Intent> intents, ulong lap);
}

/// <summary>System.Threading.RateLimiting.</summary>
internal sealed class LimiterStage(FloodShape shape) : TokenStage(shape), IDisposable
{
    private readonly PartitionedRateLimiter<uint> _limiter = AgentLimiter.Create(FloodShape.PlentyOfTokens);

    public void Dispose() => _limiter.Dispose();

    protected override int Ask(ReadOnlySpan<Intent> intents, ulong lap)
    {
        int given = 0;
        foreach (ref readonly Intent intent in intents)
        {
            using RateLimitLease lease = _limiter.AttemptAcquire(intent.Agent.Id);
            given += lease.IsAcquired ? 1 : 0;
        }

        return given;
    }
}

/// <summary>The wall's buckets alone.</summary>
internal sealed class BucketsStage : TokenStage
{
    private readonly TokenBuckets _buckets;

    public BucketsStage(FloodShape shape)
        : base(shape) => _buckets = new TokenBuckets(Settings, SymbolCapacity);

    protected override int Ask(ReadOnlySpan<Intent> intents, ulong lap)
    {
        int given = 0;
        foreach (ref readonly Intent intent in intents)
        {
            given += _buckets.Take(intent.Agent, lap + intent.SubmittedTick).IsRefused ? 0 : 1;
        }

        return given;
    }
}

/// <summary>The wall's admission: also looks for a live duplicate and for room in the queue.</summary>
internal sealed class WholeAdmissionStage : TokenStage
{
    private readonly AdmissionStage _admission;

    public WholeAdmissionStage(FloodShape shape)
        : base(shape) => _admission = new AdmissionStage(Settings, SymbolCapacity);

    protected override int Ask(ReadOnlySpan<Intent> intents, ulong lap)
    {
        int given = 0;
        foreach (ref readonly Intent intent in intents)
        {
            given += _admission.Admit(in intent, lap + intent.SubmittedTick, 0, 1).IsRefused ? 0 : 1;
        }

        return given;
    }
}
