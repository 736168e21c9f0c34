using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Turns outcomes into ledger entries. Defines each symbol, rule and attribute set in an entry of its own before the first entry that uses it.
/// </summary>
/// <remarks>One thread at a time: the ledger's. Exceptions of the ledger pass through.</remarks>
internal sealed class RecordingStage
{
    // A decision, its rule, and the names it may use: eight of the intent's and one that it is switched to; a note and its two rules.
    private const int MostEntriesAtOnce = 1 + 1 + 9 + 3;

    private readonly LedgerWriter _ledger;
    private readonly Vocabulary _vocabulary;
    private readonly Defined _symbols;
    private readonly Defined _rules;
    private readonly Defined _attributes;
    private bool _begun;

    public RecordingStage(LedgerWriter ledger, RecordedVocabulary recorded, Vocabulary vocabulary, RefusalRecording refusals)
    {
        _ledger = ledger;
        _vocabulary = vocabulary;
        RecordsEachRefusal = refusals == RefusalRecording.Each;
        _symbols = new Defined(vocabulary.Symbols.Capacity, recorded.Symbols.Keys.Select(symbol => symbol.Id));
        _rules = new Defined(RuleTable.Capacity, recorded.Rules.Keys.Select(rule => rule.Id));
        _attributes = new Defined(vocabulary.Attributes.Capacity, recorded.Attributes.Keys);
    }

    /// <summary>Whether refusals are recorded one by one.</summary>
    public bool RecordsEachRefusal { get; }

    /// <summary>
    /// Whether whatever is recorded next has room for sure; asked while the disk is full, where it costs less than a failure. It tells
    /// of freed space within half a second.
    /// </summary>
    public bool HasRoom => _ledger.HasRoomFor(MostEntriesAtOnce, atOnce: false);

    /// <summary>Symbols that the ledger defines.</summary>
    public uint SymbolCount => _symbols.Count;

    /// <summary>Rules that the ledger defines.</summary>
    public uint RuleCount => _rules.Count;

    /// <summary>Attribute sets that the ledger defines.</summary>
    public uint AttributesCount => _attributes.Count;

    /// <summary>Records the settings that hold from here on.</summary>
    public void Settings(SettingsEntry settings)
    {
        settings.Write(Begin(WallEntryKinds.Settings, SettingsEntry.Length, out _));
        Commit();
    }

    /// <summary>Records a decision, and its note before it.</summary>
    /// <returns>The decision's index.</returns>
    public ulong Decision(in Intent intent, in Verdict verdict, in Passing passing, in GateNoteSet notes = default)
    {
        Define(in intent);
        Define(verdict.Rule);
        if (verdict.Kind == VerdictKind.Switch)
        {
            Define(new Symbol((uint)verdict.Argument));
        }

        if (!notes.IsEmpty)
        {
            WriteNotes(in notes);
        }

        DecisionEntry.Present present = DecisionEntry.PresenceOf(
            in intent, in verdict, passing.AdmittedTick, passing.Now, passing.ReleasesLeft);
        Span<byte> payload = Begin(WallEntryKinds.Decision, DecisionEntry.SizeOf(present), out ulong index);
        DecisionEntry.Encode(
            payload, present, in intent, in verdict, passing.AdmittedTick, passing.Now, passing.Passage, passing.ReleasesLeft);
        Commit();
        return index;
    }

    /// <summary>
    /// Defines what the agents, the waiting intents and the used exemptions of a state use: most waiting intents are in no entry yet, and whoever opens the
    /// ledger with them in the queue could otherwise give their numbers to other names.
    /// </summary>
    public void DefineUsed(IPlaneState state)
    {
        for (uint agent = 0; state.NextAgent(ref agent, out _);)
        {
            Define(new Symbol(agent));
        }

        for (int place = -1; state.NextQueued(ref place, out Intent intent, out _);)
        {
            Define(in intent);
        }

        // A use that a full disk kept out of the ledger is counted all the same.
        for (uint rule = 0; state.Uses.Next(ref rule, out _);)
        {
            Define(new RuleId(rule));
        }
    }

    /// <summary>Records one refusal.</summary>
    public void Refusal(in Intent intent, in Refusal refusal, ulong tick)
    {
        Define(intent.Agent);
        Define(intent.Resource);
        RefusalEntry.Write(Begin(WallEntryKinds.Refusal, RefusalEntry.Length, out _), in intent, in refusal, tick);
        Commit();
    }

    /// <summary>Records a tick's refusals of one agent.</summary>
    public void Count(in RefusalCount count)
    {
        Define(count.Agent);
        RefusalCountEntry.Write(Begin(WallEntryKinds.RefusalCount, RefusalCountEntry.Length, out _), in count);
        Commit();
    }

    /// <summary>Records the clock.</summary>
    public void Clock(ulong tick)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Begin(WallEntryKinds.Clock, sizeof(ulong), out _), tick);
        Commit();
    }

    /// <summary>Records a fact.</summary>
    public void Fact(in Fact fact)
    {
        Define(fact.Key.Subject);
        Define(fact.Key.Name);
        Define(fact.Value.AsSymbol);
        FactEntry.Write(Begin(WallEntryKinds.Fact, FactEntry.Length, out _), in fact);
        Commit();
    }

    /// <summary>Records that the policies in the parts just before were swapped in.</summary>
    public void GateChange(ulong tick, GateSwap swap)
    {
        Span<byte> payload = Begin(WallEntryKinds.GateChange, GateChangeEntry.LengthOf(swap.Reason), out _);
        GateChangeEntry.Write(payload, tick, swap.Address, swap.Reason);
        Commit();
    }

    /// <summary>Records one part of something that is longer than an entry, see <see cref="PartWriter"/>.</summary>
    public void Part(byte kind, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Begin(kind, payload.Length, out _));
        Commit();
    }

    /// <summary>The next symbol behind <paramref name="id"/> that the ledger defines, and its name there.</summary>
    public bool NextSymbol(ref uint id, out string name)
    {
        bool found = _symbols.Next(ref id);
        name = found ? NameOf(new Symbol(id)) : "";
        return found;
    }

    /// <summary>The next rule behind <paramref name="id"/> that the ledger defines, as it is defined there.</summary>
    public bool NextRule(ref uint id, [NotNullWhen(true)] out Rule? rule)
    {
        rule = _rules.Next(ref id) ? RuleOf(new RuleId(id)) : null;
        return rule is not null;
    }

    /// <summary>The next attribute set behind <paramref name="handle"/> that the ledger defines.</summary>
    public bool NextAttributes(ref uint handle, [NotNullWhen(true)] out AttributeSet? set)
    {
        set = _attributes.Next(ref handle) ? _vocabulary.Attributes.Find(handle) : null;
        return set is not null;
    }

    /// <summary>Takes back an entry that a failure left half written.</summary>
    public void Abandon()
    {
        if (_begun)
        {
            _begun = false;
            _ledger.Abandon();
        }
    }

    private Span<byte> Begin(byte kind, int length, out ulong index)
    {
        Span<byte> payload = _ledger.Begin(kind, length, out index);
        _begun = true;
        return payload;
    }

    private void Commit()
    {
        _ledger.Commit();
        _begun = false;
    }

    private void Define(in Intent intent)
    {
        Define(intent.Agent);
        Define(intent.Resource);
        Define(intent.Topic);
        Define(intent.Environment);
        if ((intent.Scope.Id | intent.Pool.Id | intent.Identity.Id | intent.Role.Id | intent.Attributes) != 0)
        {
            Define(intent.Scope);
            Define(intent.Pool);
            Define(intent.Identity);
            Define(intent.Role);
            DefineAttributes(intent.Attributes);
        }
    }

    private void Define(Symbol symbol)
    {
        // What the table can never give out has no name to define.
        if (symbol.Id <= (uint)_vocabulary.Symbols.Capacity && !_symbols.Contains(symbol.Id))
        {
            WriteSymbol(symbol);
        }
    }

    private void Define(RuleId rule)
    {
        if (!_rules.Contains(rule.Id))
        {
            WriteRule(rule);
        }
    }

    private void DefineAttributes(uint handle)
    {
        if (handle <= (uint)_vocabulary.Attributes.Capacity && !_attributes.Contains(handle))
        {
            WriteAttributes(_vocabulary.Attributes.Find(handle));
        }
    }

    // The edge lets no other number through; what came past it all the same stays undefined, and a replay says so.
    private void WriteAttributes(AttributeSet set)
    {
        if (set.Count == 0)
        {
            return;
        }

        for (int i = 0; i < set.Count; i++)
        {
            Define(set.NameAt(i));
            Define(set.ValueAt(i).AsSymbol);
            foreach (Symbol item in set.ValueAt(i).AsList)
            {
                Define(item);
            }
        }

        AttributeSetEntry.Write(Begin(WallEntryKinds.AttributeSet, AttributeSetEntry.LengthOf(set), out _), set);
        Commit();
        _attributes.Add(set.Handle);
    }

    private void WriteNotes(in GateNoteSet notes)
    {
        for (int i = 0; i < notes.Count; i++)
        {
            Define(notes[i].Rule);
            Define(notes[i].Exemption);
        }

        NoteEntry.Write(Begin(WallEntryKinds.Note, NoteEntry.LengthOf(in notes), out _), in notes);
        Commit();
    }

    private void WriteSymbol(Symbol symbol)
    {
        string name = NameOf(symbol);
        SymbolEntry.Write(Begin(WallEntryKinds.Symbol, SymbolEntry.LengthOf(name), out _), symbol, name);
        Commit();
        _symbols.Add(symbol.Id);
    }

    private void WriteRule(RuleId id)
    {
        Rule rule = RuleOf(id);
        RuleEntry.Write(Begin(WallEntryKinds.Rule, RuleEntry.LengthOf(rule), out _), rule);
        Commit();
        _rules.Add(id.Id);
    }

    private string NameOf(Symbol symbol) =>
        _vocabulary.Symbols.Contains(symbol) ? _vocabulary.Symbols.NameOf(symbol) : $"(symbol {symbol.Id}, never named)";

    private Rule RuleOf(RuleId id) => _vocabulary.Rules.Find(id) ?? new Rule(id, $"rule-{id.Id}", "(never defined)");

    /// <summary>A bit per number: defined in this ledger or not. 0 needs no definition.</summary>
    private sealed class Defined
    {
        private readonly ulong[] _bits;
        private uint _highest;

        public Defined(int highest, IEnumerable<uint> already)
        {
            _bits = new ulong[(highest >> 6) + 1];
            Add(0);
            foreach (uint id in already)
            {
                Add(id);
            }
        }

        public bool Contains(uint id) => (_bits[id >> 6] & (1UL << (int)(id & 63))) != 0;

        public uint Count { get; private set; }

        public void Add(uint id)
        {
            _bits[id >> 6] |= 1UL << (int)(id & 63);
            _highest = Math.Max(_highest, id);
            Count += id == 0 ? 0u : 1u;
        }

        public bool Next(ref uint id)
        {
            for (id++; id <= _highest; id = (id | 63) + 1)
            {
                ulong rest = _bits[id >> 6] >> (int)(id & 63);
                if (rest != 0)
                {
                    id += (uint)BitOperations.TrailingZeroCount(rest);
                    return true;
                }
            }

            return false;
        }
    }
}
