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
    /// <summary>Intents until the same ones come round again, with other ids and ticks.</summary>
    public const int Window = 1 << 16;

    private readonly Intent[] _intents = new Intent[Window];
    private readonly FloodClock _clock;
    private readonly int _perTick;
    private ulong _id;
    private int _leftInTick;
    private readonly bool _drawsNames;
    private readonly Symbol[] _resources;
    private readonly Symbol _firstAgent;
    private readonly uint _agents;
    private SplitMix64 _draw;
    private uint _turn;
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
        _drawsNames = shape.DrawsNames;
        _resources = names.Resources;
        _firstAgent = names.Agents[0];
        _agents = (uint)names.Agents.Length;
        _draw = new SplitMix64(~(ulong)producer);
        if (names.Agents[^1].Id - _firstAgent.Id != _agents - 1)
        {
            throw new ArgumentException("agents have to be interned one behind the other", nameof(names));
        }

        SplitMix64 random = new((ulong)producer);
        foreach (ref Intent intent in _intents.AsSpan())
        {
            intent = Make(ref random, names);
        }
    }

    /// <summary>Where names are drawn for each intent: whether agents and resources come in turn for now, so that all of them are met.</summary>
    public bool InTurn { get; set; }

    /// <summary>The next intent; the reference holds until it comes round again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Intent Next()
    {
        ref Intent intent = ref _intents[_at];
        _at = (_at + 1) & (Window - 1);
        intent.Id = _id++;
        intent.SubmittedTick = _clock.Tick;
        if (_drawsNames)
        {
            DrawNames(ref intent);
        }

        if (--_leftInTick == 0)
        {
            _leftInTick = _perTick;
            _clock.Advance();
        }

        return ref intent;
    }

    // Agents' numbers are computed: reading them from an array of ten million would cost more than what is measured.
    private void DrawNames(ref Intent intent)
    {
        uint resource;
        uint agent;
        if (InTurn)
        {
            agent = _turn % _agents;
            resource = _turn++ % (uint)_resources.Length;
        }
        else
        {
            ulong random = _draw.Next();
            agent = _agents == 1 || _draw.Below(1000) < FloodShape.HotPerMille ? 0 : 1 + (uint)(((random >> 32) * (_agents - 1)) >> 32);
            resource = (uint)(((random & uint.MaxValue) * (uint)_resources.Length) >> 32);
        }

        intent.Agent = new Symbol(_firstAgent.Id + agent);
        intent.Resource = _resources[resource];
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
