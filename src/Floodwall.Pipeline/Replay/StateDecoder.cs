using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// Reads what <see cref="StateEncoder"/> wrote, and the versions before: 1 knew neither attribute sets nor facts, 2 no notes. It trusts no
/// count and no length.
/// </summary>
internal ref struct StateDecoder
{
    private readonly PlaneState _state = new();
    private ReadOnlySpan<byte> _rest;
    private byte _version;

    private StateDecoder(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Decode(ReadOnlySpan<byte> bytes, out PlaneState state)
    {
        StateDecoder decoder = new(bytes);
        state = decoder._state;
        return decoder.Scalars() ?? decoder.Rules() ?? decoder.Symbols() ?? decoder.Attributes() ?? decoder.Agents() ?? decoder.Queue() ?? decoder.Facts() ?? decoder.Notes()
            ?? (decoder._rest.IsEmpty ? null : $"{decoder._rest.Length} bytes follow the end of the state");
    }

    private string? Scalars()
    {
        const int Length = 1 + SettingsEntry.Length + 8 + 4 + ((PlaneState.VerdictKinds + PlaneState.RefusalKinds) * 8) + 4;
        if (_rest.Length < Length || _rest[0] is 0 or > StateEncoder.Version)
        {
            return $"a state has {_rest.Length} bytes, expected at least {Length} and version 1 to {StateEncoder.Version}";
        }

        _version = _rest[0];

        if (SettingsEntry.Read(_rest.Slice(1, SettingsEntry.Length), out SettingsEntry? settings) is { } fault)
        {
            return fault;
        }

        _state.Settings = settings!;
        _rest = _rest[(1 + SettingsEntry.Length)..];
        _state.Clock = U64();
        _state.ReleasesLeft = U32();
        foreach (ref ulong count in _state.Verdicts)
        {
            count = U64();
        }

        foreach (ref ulong count in _state.Refusals)
        {
            count = U64();
        }

        uint gate = U32();
        if (gate > (uint)_rest.Length)
        {
            return $"a gate's composition of {gate} bytes in a state with {_rest.Length} left";
        }

        _state.Gate = _rest[..(int)gate];
        _rest = _rest[(int)gate..];
        return GateComposition.Decode(_state.Gate, out _);
    }

    private string? Rules() => Vocabulary(WallEntryKinds.Rule, "rules");

    private string? Symbols() => Vocabulary(WallEntryKinds.Symbol, "symbols");

    private string? Attributes() => _version == 1 ? null : Vocabulary(WallEntryKinds.AttributeSet, "attribute sets");

    private string? Vocabulary(byte kind, string what)
    {
        if (Count(what, out uint count) is { } cut)
        {
            return cut;
        }

        for (; count > 0; count--)
        {
            string? fault = Prefixed(what, out ReadOnlySpan<byte> entry) ?? _state.Names.Observe(kind, entry);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private string? Agents()
    {
        const int Size = 20;
        if (Count("agents", out uint count) is { } cut)
        {
            return cut;
        }

        if ((ulong)count * Size > (ulong)_rest.Length)
        {
            return $"{count} agents in a state with {_rest.Length} bytes left";
        }

        for (; count > 0; count--)
        {
            Symbol agent = new(U32());
            long tokens = (long)U64();
            if (agent.IsNone || tokens < 0 || tokens > _state.Settings.BurstUnits || _state.TryGetBucket(agent, out _))
            {
                return $"agent {agent.Id} is invalid, comes twice, or has {tokens} millionths of a token of {_state.Settings.BurstUnits}";
            }

            _state.SetBucket(agent, new TokenBucket(tokens, U64()));
        }

        return null;
    }

    private string? Queue()
    {
        if (Count("waiting intents", out uint count) is { } cut)
        {
            return cut;
        }

        for (; count > 0; count--)
        {
            if (Prefixed("waiting intents", out ReadOnlySpan<byte> entry) is { } broken)
            {
                return broken;
            }

            if (DecisionEntry.Read(entry, out DecisionRecord record) is { } fault)
            {
                return fault;
            }

            if (!_state.AddPending(new PendingIntent { Intent = record.Intent, AdmittedTick = record.AdmittedTick }))
            {
                return $"intent {record.Intent.Id} of agent {record.Intent.Agent.Id} waits twice";
            }
        }

        return null;
    }

    private string? Facts()
    {
        if (_version == 1)
        {
            return null;
        }

        if (Count("facts", out uint count) is { } cut)
        {
            return cut;
        }

        if (count > FactTable.MaxCapacity || (ulong)count * FactEntry.Length > (ulong)_rest.Length)
        {
            return $"{count} facts in a state with {_rest.Length} bytes left";
        }

        FactKey last = default;
        for (; count > 0; count--)
        {
            if (FactEntry.Read(_rest[..FactEntry.Length], out Fact fact) is { } fault)
            {
                return fault;
            }

            if (fact.Key <= last || FactEntry.FindUnknown(in fact, _state.Names.Symbols.ContainsKey) is not null)
            {
                return $"a fact '{_state.Names.NameOf(fact.Key.Name)}' is out of order or uses a symbol that is not defined";
            }

            last = fact.Key;
            _state.Facts.Set(in fact);
            _rest = _rest[FactEntry.Length..];
        }

        return null;
    }

    private string? Notes()
    {
        const int Size = 12;
        if (_version < 3)
        {
            return null;
        }

        if (_rest.Length < GateNote.Kinds * sizeof(ulong))
        {
            return "a state ends before its notes";
        }

        foreach (ref ulong kind in _state.Notes)
        {
            kind = U64();
        }

        if (Count("used exemptions", out uint count) is { } cut)
        {
            return cut;
        }

        if ((ulong)count * Size > (ulong)_rest.Length)
        {
            return $"{count} used exemptions in a state with {_rest.Length} bytes left";
        }

        for (uint last = 0; count > 0; count--)
        {
            uint rule = U32();
            ulong uses = U64();
            if (rule <= last || uses == 0 || _state.Names.FindRule(new RuleId(rule)) is null)
            {
                return $"exemption {rule} with {uses} uses is out of order, unused or not defined";
            }

            last = rule;
            _state.Uses.Add(new RuleId(rule), uses);
        }

        return null;
    }

    private string? Count(string what, out uint count)
    {
        bool there = _rest.Length >= 4;
        count = there ? U32() : 0;
        return there ? null : $"a state ends before its {what}";
    }

    private string? Prefixed(string what, out ReadOnlySpan<byte> entry)
    {
        int length = _rest.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length > _rest.Length - 2)
        {
            entry = [];
            return $"a state ends within its {what}";
        }

        entry = _rest.Slice(2, length);
        _rest = _rest[(2 + length)..];
        return null;
    }

    private uint U32()
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    private ulong U64()
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        _rest = _rest[8..];
        return value;
    }
}
