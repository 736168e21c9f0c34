using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Floodwall.Pipeline;

namespace Floodwall.Load.Flood;

/// <summary>
/// One producer's endless stream: a window of intents made beforehand, cycled through with running ids and ticks, so that
/// making an intent costs two stores. The window (8 MiB) lies in a large cache, not in memory.
/// </summary>
internal sealed class IntentStream
{
    private const int Window = 1 << 16;

    private readonly Intent[] _intents = new Intent[Window];
    private readonly FloodClock _clock;
    private readonly int _perTick;
    private ulong _id;
    private int _leftInTick;
    private int _at;

    /// <param name="shape">The flood.</param>
    /// <param name="names">Its names.</param>
    /// <param name="clock">The ticks that all producers share; null where there is one.</param>
    /// <param name="producer">This producer's number; it fills the top bits of its ids.</param>
    public IntentStream(FloodShape shape, FloodNames names, FloodClock? clock = null, int producer = 0)
    {
        _clock = clock ?? new FloodClock();
        _id = (ulong)producer << 48;
        _perTick = shape.IntentsPerTick;
        _leftInTick = _perTick;
        SplitMix64 random = new((ulong)producer);
        foreach (ref Intent intent in _intents.AsSpan())
        {
            intent = Make(ref random, names);
        }
    }

    /// <summary>The next intent; the reference holds until it comes round again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Intent Next()
    {
        ref Intent intent = ref _intents[_at];
        _at = (_at + 1) & (Window - 1);
        intent.Id = _id++;
        intent.SubmittedTick = _clock.Tick;
        if (--_leftInTick == 0)
        {
            _leftInTick = _perTick;
            _clock.Advance();
        }

        return ref intent;
    }

    private static Intent Make(ref SplitMix64 random, FloodNames names)
    {
        bool hot = random.Below(1000) < FloodShape.HotPerMille;
        Intent intent = new()
        {
            Agent = names.Agents[hot ? 0 : random.Below(names.Agents.Length)],
            Resource = names.Resources[random.Below(names.Resources.Length)],
            Topic = names.Topics[random.Below(names.Topics.Length)],
            Environment = names.Environments[random.Below(names.Environments.Length)],
            Action = (IntentAction)random.Below(3),
            Priority = random.Below(20) switch
            {
                0 => Priority.Pager,
                <= 3 => Priority.Urgent,
                <= 13 => Priority.Normal,
                _ => Priority.Bulk,
            },
            CostMicros = random.Below(1_000_000),
        };
        intent.Replicas = intent.Action == IntentAction.Scale ? (uint)random.Below(20) : 0;

        // Reach mostly fits urgency; one in 25 does not care and is often rejected.
        int widest = random.Below(25) == 0 ? (int)BlastRadius.Global : intent.Priority >= Priority.Urgent ? (int)BlastRadius.Region : (int)intent.Priority;
        intent.BlastRadius = (BlastRadius)random.Below(widest + 1);
        if (random.Below(1000) < FloodShape.LongPerMille)
        {
            intent.IdempotencyKey = new UInt128(random.Next(), random.Next());
            intent.ManifestDigest = Digest.From(MemoryMarshal.AsBytes<ulong>([random.Next(), random.Next(), random.Next(), random.Next()]));
        }

        return intent;
    }
}

/// <summary>A flood's logical time: a tick passes whenever a producer has submitted another tick's share.</summary>
internal sealed class FloodClock
{
    private ulong _tick = 1;

    public ulong Tick => Volatile.Read(ref _tick);

    public void Advance() => Interlocked.Increment(ref _tick);
}
