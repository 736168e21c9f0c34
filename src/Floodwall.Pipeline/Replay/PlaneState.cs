using System.Diagnostics.CodeAnalysis;
using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>An agent's bucket.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Tokens">Millionths of a token (<see cref="AdmissionSettings.TokenScale"/>) as of <paramref name="LastTick"/>.</param>
/// <param name="LastTick">The tick of the agent's latest admission.</param>
public readonly record struct AgentTokens(Symbol Agent, long Tokens, ulong LastTick);

/// <summary>A wall's state as a ledger tells it.</summary>
public sealed class PlaneState : IPlaneState
{
    internal const int RefusalKinds = (int)RefusalKind.AgentTableFull;
    internal const int VerdictKinds = (int)VerdictKind.Reject + 1;

    private readonly Dictionary<uint, TokenBucket> _buckets = [];
    private readonly Dictionary<(Symbol Agent, ulong Id), (uint Order, PendingIntent Intent)> _pending = [];
    private readonly ulong[] _verdicts = new ulong[VerdictKinds];
    private readonly ulong[] _refusals = new ulong[RefusalKinds];
    private readonly ulong[] _notes = new ulong[GateNote.Kinds];
    private PendingIntent[] _queue = [];
    private uint[] _agents = [];
    private byte[] _gate = GateComposition.Encode([])!;
    private uint _order;

    internal PlaneState()
    {
    }

    /// <summary>The settings that hold now.</summary>
    public SettingsEntry Settings { get; internal set; } = SettingsEntry.Of(new AdmissionSettings(), RefusalRecording.CountPerTick, 0);

    /// <summary>The wall's logical time.</summary>
    public ulong Clock { get; internal set; }

    /// <summary>What is left of the running tick's share of releases; 0 without a bound.</summary>
    public uint ReleasesLeft { get; internal set; }

    /// <summary>The names, rules and attribute sets that the ledger has defined.</summary>
    public RecordedVocabulary Names { get; internal set; } = new();

    /// <summary>The facts that the gate knows.</summary>
    public FactTable Facts { get; } = new();

    /// <summary>How often exemptions were used.</summary>
    public ExemptionUses Uses { get; } = new();

    /// <summary>Agents that were ever admitted.</summary>
    public int Agents => _buckets.Count;

    /// <summary>Intents on record as waiting and not decided since.</summary>
    public int Queued => _pending.Count;

    /// <summary>The agents' buckets, by number.</summary>
    public IEnumerable<AgentTokens> Tokens => SortedAgents().Select(agent =>
        new AgentTokens(new Symbol(agent), _buckets[agent].Tokens, _buckets[agent].Last));

    /// <summary>Intents on record as waiting, in the order in which they would leave.</summary>
    public IReadOnlyList<PendingIntent> Pending =>
        _queue.Length == _pending.Count ? _queue : _queue = [.. _pending.Values.OrderBy(p => p.Order).Select(p => p.Intent)];

    /// <summary>Decisions by verdict, recorded refusals and notes by kind, over the ledger's life.</summary>
    public WallCounters Counters => new()
    {
        Admitted = _verdicts[(int)VerdictKind.Admit],
        Shaped = _verdicts[(int)VerdictKind.Shape],
        Deferred = _verdicts[(int)VerdictKind.Defer],
        ApprovalRequired = _verdicts[(int)VerdictKind.RequireApproval],
        Switched = _verdicts[(int)VerdictKind.Switch],
        Rejected = _verdicts[(int)VerdictKind.Reject],
        Duplicates = _refusals[(int)RefusalKind.Duplicate - 1],
        Backpressured = _refusals[(int)RefusalKind.Backpressure - 1],
        RateLimited = _refusals[(int)RefusalKind.RateLimited - 1],
        AgentTableFull = _refusals[(int)RefusalKind.AgentTableFull - 1],
        ExemptedNotes = _notes[(int)GateNoteKind.Exempted - 1],
        ShadowNotes = _notes[(int)GateNoteKind.Shadow - 1],
        AuditNotes = _notes[(int)GateNoteKind.Audit - 1],
        CandidateNotes = _notes[(int)GateNoteKind.Candidate - 1],
    };

    /// <summary>The gate's policies, in the order in which they speak.</summary>
    public IReadOnlyList<PolicyText> Policies => GateComposition.Decode(_gate, out IReadOnlyList<PolicyText> policies) is null ? policies : [];

    /// <summary>The content address of the gate's composition.</summary>
    public Hash256 GateAddress => GateComposition.AddressOfBytes(_gate);

    /// <summary>SHA-256 over the canonical encoding of all of it.</summary>
    public Hash256 Digest => StateDigest.Of(this);

    internal Span<ulong> Verdicts => _verdicts;

    internal Span<ulong> Refusals => _refusals;

    internal Span<ulong> Notes => _notes;

    internal ReadOnlySpan<byte> Gate
    {
        get => _gate;
        set => _gate = value.ToArray();
    }

    internal BucketRule Rule => new(Settings.BurstUnits, Settings.RefillUnits);

    internal IEnumerable<(Symbol Agent, TokenBucket Bucket)> Buckets => _buckets.Select(b => (new Symbol(b.Key), b.Value));

    ReadOnlySpan<byte> IPlaneState.Gate => _gate;

    ReadOnlySpan<ulong> IPlaneState.Verdicts => _verdicts;

    ReadOnlySpan<ulong> IPlaneState.Refusals => _refusals;

    ReadOnlySpan<ulong> IPlaneState.Notes => _notes;

    uint IPlaneState.RuleCount => (uint)Names.Rules.Count;

    uint IPlaneState.SymbolCount => (uint)Names.Symbols.Count;

    uint IPlaneState.AttributesCount => (uint)Names.Attributes.Count;

    uint IPlaneState.AgentCount => (uint)_buckets.Count;

    uint IPlaneState.QueuedCount => (uint)_pending.Count;

    /// <summary>Takes a token, with the arithmetic of admission.</summary>
    internal Refusal Take(Symbol agent, ulong tick)
    {
        ref TokenBucket bucket = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_buckets, agent.Id, out bool known);
        if (!known)
        {
            bucket = Rule.Fresh(tick);
        }

        return Rule.Take(ref bucket, tick);
    }

    internal void SetBucket(Symbol agent, in TokenBucket bucket) => _buckets[agent.Id] = bucket;

    internal bool TryGetBucket(Symbol agent, out TokenBucket bucket) => _buckets.TryGetValue(agent.Id, out bucket);

    /// <summary>Adds an intent that waits behind all others; false when the same agent and id wait already.</summary>
    internal bool AddPending(PendingIntent intent)
    {
        _queue = [];
        return _pending.TryAdd((intent.Intent.Agent, intent.Intent.Id), (_order++, intent));
    }

    internal bool RemovePending(Symbol agent, ulong id, [NotNullWhen(true)] out PendingIntent? intent)
    {
        intent = null;
        if (_pending.Count == 0 || !_pending.Remove((agent, id), out (uint Order, PendingIntent Intent) found))
        {
            return false;
        }

        _queue = [];
        intent = found.Intent;
        return true;
    }

    internal bool IsPending(Symbol agent, ulong id) => _pending.ContainsKey((agent, id));

    internal void ClearPending()
    {
        _pending.Clear();
        _queue = [];
    }

    /// <summary>
    /// Goes on under other settings. Tokens gained so far stay, as far as they fit the new burst; what was spent of the running tick's
    /// releases stays spent.
    /// </summary>
    internal void Adopt(SettingsEntry settings)
    {
        BucketRule next = new(settings.BurstUnits, settings.RefillUnits);
        if (settings.BurstUnits != Settings.BurstUnits || settings.RefillUnits != Settings.RefillUnits)
        {
            foreach (uint agent in _buckets.Keys.ToArray())
            {
                _buckets[agent] = Rule.HandOver(_buckets[agent], Clock, in next);
            }
        }

        if (settings.ReleasePerTick != Settings.ReleasePerTick)
        {
            uint spent = Settings.ReleasePerTick is { } share ? share - Math.Min(share, ReleasesLeft) : 0;
            ReleasesLeft = settings.ReleasePerTick is { } now ? now - Math.Min(now, spent) : 0;
        }

        Settings = settings;
    }

    bool IPlaneState.NextRule(ref uint id, [NotNullWhen(true)] out Rule? rule)
    {
        bool found = Names.NextRule(ref id);
        rule = found ? Names.Rules[new RuleId(id)] : null;
        return found;
    }

    bool IPlaneState.NextSymbol(ref uint id, out string name)
    {
        bool found = Names.NextSymbol(ref id);
        name = found ? Names.Symbols[new Symbol(id)] : "";
        return found;
    }

    bool IPlaneState.NextAttributes(ref uint handle, [NotNullWhen(true)] out AttributeSet? set)
    {
        set = Names.NextAttributes(ref handle) ? Names.Attributes[handle] : null;
        return set is not null;
    }

    bool IPlaneState.NextAgent(ref uint agent, out TokenBucket bucket)
    {
        bool found = SortedKeys.Next(SortedAgents(), ref agent);
        bucket = found ? _buckets[agent] : default;
        return found;
    }

    bool IPlaneState.NextQueued(ref int place, out Intent intent, out ulong admittedTick)
    {
        IReadOnlyList<PendingIntent> queue = Pending;
        bool found = ++place < queue.Count;
        intent = found ? queue[place].Intent : default;
        admittedTick = found ? queue[place].AdmittedTick : 0;
        return found;
    }

    // Agents are only ever added, so the count tells whether the sorted ones are current.
    private uint[] SortedAgents() => _agents.Length == _buckets.Count ? _agents : _agents = [.. _buckets.Keys.Order()];
}

/// <summary>Steps over numbers in ascending order.</summary>
internal static class SortedKeys
{
    /// <summary>The next number behind <paramref name="key"/>; false behind the last.</summary>
    public static bool Next(uint[] sorted, ref uint key)
    {
        int at = Array.BinarySearch(sorted, key);
        at = at < 0 ? ~at : at + 1;
        key = at < sorted.Length ? sorted[at] : key;
        return at < sorted.Length;
    }
}
