using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Makes ledger entries readable, with the names and rules that the ledger itself has defined before them.</summary>
internal sealed class EntryPrinter
{
    private readonly RecordedVocabulary _names = new();
    private readonly GateReader _gates = new();
    private bool _gateChanged;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    /// <summary>Takes in what an entry defines. A contradiction is reported where the entry is printed.</summary>
    public void Learn(LedgerEntry entry)
    {
        _names.Observe(entry.Kind, entry.Payload);
        _gates.Observe(entry.Kind, entry.Payload, out _gateChanged);
    }

    /// <summary>Prints one entry as a line.</summary>
    public void Print(LedgerEntry entry, TextWriter output)
    {
        _buffer.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_buffer, JsonResult.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("index", entry.Index);
            if (Describe(json, entry.Kind, entry.Payload) is { } fault)
            {
                json.WriteString("fault", fault);
                json.WriteString("payload", Convert.ToHexStringLower(entry.Payload));
            }

            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(_buffer.WrittenSpan));
    }

    private string? Describe(Utf8JsonWriter json, byte kind, ReadOnlySpan<byte> payload)
    {
        string? fault;
        switch (kind)
        {
            case EntryKinds.Genesis:
                json.WriteString("kind", "genesis");
                return Own(json, payload);
            case EntryKinds.Link:
                json.WriteString("kind", "link");
                if (!LinkEntry.TryDecode(payload, out LinkEntry link))
                {
                    return "malformed";
                }

                json.WriteNumber("bundle", link.Bundle);
                json.WriteString("previous_digest", link.PreviousDigest.ToBase64());
                return null;
            case EntryKinds.Recovery:
                json.WriteString("kind", "recovery");
                if (RecoveryEntry.TryDecode(payload) is not { } recovery)
                {
                    return "malformed";
                }

                json.WriteString("reason", recovery.Reason.ToString());
                json.WriteNumber("cut_bytes", recovery.CutBytes);
                json.WriteNumber("kept_entries", recovery.KeptEntries);
                json.WriteString("side_file", recovery.SideFile);
                return null;
            case EntryKinds.Key:
                json.WriteString("kind", "key");
                if (!KeyEntry.TryDecode(payload, out KeyEntry? handover, out fault))
                {
                    return fault;
                }

                json.WriteString("new_key", handover.NewKey.ToString());
                return null;
            case WallEntryKinds.Symbol:
                json.WriteString("kind", "symbol");
                fault = SymbolEntry.Read(payload, out Symbol symbol, out string name);
                json.WriteNumber("symbol", symbol.Id);
                json.WriteString("name", name);
                return fault;
            case WallEntryKinds.Rule:
                json.WriteString("kind", "rule");
                fault = RuleEntry.Read(payload, out Rule rule);
                json.WriteNumber("rule", rule.Id.Id);
                json.WriteString("name", rule.Name);
                json.WriteString("template", rule.Template);
                return fault;
            case WallEntryKinds.AttributeSet:
                json.WriteString("kind", "attributes");
                fault = AttributeSetEntry.Read(payload, out AttributeSet attributes);
                json.WriteNumber("set", attributes.Handle);
                json.WritePropertyName("attributes");
                IntentJson.WriteAttributes(json, attributes, _names);
                return fault;
            case WallEntryKinds.Settings:
                json.WriteString("kind", "settings");
                return Settings(json, payload);
            case WallEntryKinds.Decision:
                json.WriteString("kind", "decision");
                return Decision(json, payload);
            case WallEntryKinds.Refusal:
                json.WriteString("kind", "refusal");
                fault = RefusalEntry.Read(payload, out RefusalRecord refusal);
                json.WriteNumber("tick", refusal.Tick);
                json.WriteNumber("id", refusal.Id);
                json.WriteString("agent", _names.NameOf(refusal.Agent));
                json.WriteString("resource", _names.NameOf(refusal.Resource));
                json.WriteString("refusal", OutcomeWords.Of(refusal.Refusal.Kind));
                json.WriteNumber("retry_after_ticks", refusal.Refusal.RetryAfterTicks);
                return fault;
            case WallEntryKinds.RefusalCount:
                json.WriteString("kind", "refusal-count");
                fault = RefusalCountEntry.Read(payload, out RefusalCount count);
                json.WriteNumber("tick", count.Tick);
                json.WriteString("agent", _names.NameOf(count.Agent));
                json.WriteNumber("duplicate", count.Duplicate);
                json.WriteNumber("backpressure", count.Backpressure);
                json.WriteNumber("rate-limited", count.RateLimited);
                json.WriteNumber("agent-table-full", count.AgentTableFull);
                return fault;
            case WallEntryKinds.Snapshot:
                json.WriteString("kind", "snapshot-part");
                return Part(json, payload);
            case WallEntryKinds.Gate:
                json.WriteString("kind", "gate-part");
                return Part(json, payload) ?? Gate(json);
            case WallEntryKinds.GateChange:
                json.WriteString("kind", "gate-change");
                fault = GateChangeEntry.Read(payload, out ulong tick, out Hash256 address, out string reason);
                json.WriteNumber("tick", tick);
                json.WriteString("gate", address.ToHex());
                json.WriteString("reason", reason);
                return fault;
            case WallEntryKinds.Fact:
                json.WriteString("kind", "fact");
                fault = FactEntry.Read(payload, out Fact fact);
                FactJson.Write(json, in fact, _names);
                return fault;
            case WallEntryKinds.Note:
                json.WriteString("kind", "note");
                return Notes(json, payload);
            case WallEntryKinds.Clock:
                json.WriteString("kind", "clock");
                if (payload.Length != sizeof(ulong))
                {
                    return $"a clock has {payload.Length} bytes, expected {sizeof(ulong)}";
                }

                json.WriteNumber("tick", BinaryPrimitives.ReadUInt64LittleEndian(payload));
                return null;
            default:
                json.WriteNumber("kind", kind);
                return "a kind that this version does not know";
        }
    }

    private static string? Own(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (!GenesisEntry.TryDecode(payload, out GenesisEntry? genesis, out string? error))
        {
            return error;
        }

        json.WriteString("origin", genesis.Origin);
        json.WriteString("vkey", genesis.Key.ToString());
        json.WriteNumber("segment_bytes", genesis.SegmentBytes);
        return null;
    }

    // u8 flags, u32 number of the part; see docs/replay.md.
    private static string? Part(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        const int HeaderBytes = 5;
        if (payload.Length < HeaderBytes)
        {
            return $"a part has {payload.Length} bytes, expected at least {HeaderBytes}";
        }

        json.WriteNumber("part", BinaryPrimitives.ReadUInt32LittleEndian(payload[1..]));
        json.WriteBoolean("last", (payload[0] & 2) != 0);
        json.WriteNumber("content_bytes", payload.Length - HeaderBytes);
        return null;
    }

    // Whole with this part: what it is, for those that look for the gate that judged a decision.
    private string? Gate(Utf8JsonWriter json)
    {
        if (_gateChanged)
        {
            json.WriteString("gate", _gates.Current!.Address.ToHex());
            json.WriteStartArray("policies");
            foreach (PolicyText policy in _gates.Current.Policies)
            {
                json.WriteStartObject();
                json.WriteString(policy.IsDescribed ? "policy" : "type", policy.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return null;
    }

    private static string? Settings(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (SettingsEntry.Read(payload, out SettingsEntry? settings) is { } fault)
        {
            return fault;
        }

        json.WriteNumber("burst", settings!.BurstUnits / (decimal)AdmissionSettings.TokenScale);
        json.WriteNumber("refill_per_tick", settings.RefillUnits / (decimal)AdmissionSettings.TokenScale);
        if (settings.ReleasePerTick is { } release)
        {
            json.WriteNumber("release_per_tick", release);
        }

        json.WriteNumber("queue_capacity", settings.QueueCapacity);
        json.WriteNumber("max_agents", settings.MaxAgents);
        json.WriteString("refusals", settings.Refusals.ToString());
        json.WriteNumber("policies", settings.Policies);
        return null;
    }

    private string? Notes(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (NoteEntry.Read(payload, out GateNoteSet notes) is { } fault)
        {
            return fault;
        }

        json.WriteStartArray("notes");
        for (int i = 0; i < notes.Count; i++)
        {
            json.WriteStartObject();
            WriteNote(json, notes[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return null;
    }

    private void WriteNote(Utf8JsonWriter json, GateNote note)
    {
        json.WriteString("note", OutcomeWords.Of(note.Kind));
        json.WriteString("would_be", OutcomeWords.Of(note.WouldBe));
        if (note.Rule != RuleId.None)
        {
            json.WriteString("rule", _names.FindRule(note.Rule)?.Name ?? $"rule {note.Rule.Id}, not defined");
        }

        if (note.Kind == GateNoteKind.Exempted)
        {
            Rule? exemption = _names.FindRule(note.Exemption);
            json.WriteString("exemption", exemption?.Name ?? $"rule {note.Exemption.Id}, not defined");
            json.WriteString("why", exemption?.Template);
        }
    }

    private string? Decision(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (DecisionEntry.Read(payload, out DecisionRecord record) is { } fault)
        {
            return fault;
        }

        IntentJson.Write(json, record.Intent, _names);
        json.WriteNumber("admitted_tick", record.AdmittedTick);
        json.WriteNumber("decided_tick", record.DecidedTick);
        json.WriteString("passage", record.Passage switch
        {
            Passage.Straight => "straight",
            Passage.Released => "released",
            Passage.Drained => "drained",
            _ => "not-admitted",
        });
        IntentJson.WriteVerdict(json, record.Verdict, record.Intent, _names);
        if (_gates.Current is { } gate)
        {
            json.WriteString("gate", gate.Address.ToHex());
        }

        return null;
    }
}
