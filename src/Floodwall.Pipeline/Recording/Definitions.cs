using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// Which symbols, rules and attribute sets the ledger defines, and the entries that define them. A part of the recording stage: a
/// struct, so that the look whether something is defined is no further away.
/// </summary>
/// <remarks>One thread at a time: the ledger's. Exceptions of the ledger pass through.</remarks>
internal readonly struct Definitions
{
    private readonly LedgerWriter _ledger;
    private readonly Vocabulary _vocabulary;
    private readonly Defined _symbols;
    private readonly Defined _rules;
    private readonly Defined _attributes;

    /// <param name="ledger">Where definitions go.</param>
    /// <param name="recorded">What it defines already.</param>
    /// <param name="vocabulary">The wall's names and rules.</param>
    public Definitions(LedgerWriter ledger, RecordedVocabulary recorded, Vocabulary vocabulary)
    {
        _ledger = ledger;
        _vocabulary = vocabulary;
        _symbols = new Defined(vocabulary.Symbols.Capacity, recorded.Symbols.Keys.Select(symbol => symbol.Id));
        _rules = new Defined(RuleTable.Capacity, recorded.Rules.Keys.Select(rule => rule.Id));
        _attributes = new Defined(vocabulary.Attributes.Capacity, recorded.Attributes.Keys);
    }

    /// <summary>Symbols that the ledger defines.</summary>
    public uint SymbolCount => _symbols.Count;

    /// <summary>Rules that the ledger defines.</summary>
    public uint RuleCount => _rules.Count;

    /// <summary>Attribute sets that the ledger defines.</summary>
    public uint AttributesCount => _attributes.Count;

    /// <summary>Defines what an intent uses.</summary>
    public void Define(in Intent intent)
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

    /// <summary>Defines a name, unless it is.</summary>
    public void Define(Symbol symbol)
    {
        // What the table can never give out has no name to define.
        if (symbol.Id <= (uint)_vocabulary.Symbols.Capacity && !_symbols.Contains(symbol.Id))
        {
            WriteSymbol(symbol);
        }
    }

    /// <summary>Defines a rule, unless it is.</summary>
    public void Define(RuleId rule)
    {
        if (!_rules.Contains(rule.Id))
        {
            WriteRule(rule);
        }
    }

    /// <summary>
    /// Defines what the agents, the waiting intents and the used exemptions of a state use: most waiting intents are in no entry yet, and
    /// whoever opens the ledger with them in the queue could otherwise give their numbers to other names.
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

        AttributeSetEntry.Write(_ledger.Begin(WallEntryKinds.AttributeSet, AttributeSetEntry.LengthOf(set), out _), set);
        _ledger.Commit();
        _attributes.Add(set.Handle);
    }

    private void WriteSymbol(Symbol symbol)
    {
        string name = NameOf(symbol);
        SymbolEntry.Write(_ledger.Begin(WallEntryKinds.Symbol, SymbolEntry.LengthOf(name), out _), symbol, name);
        _ledger.Commit();
        _symbols.Add(symbol.Id);
    }

    private void WriteRule(RuleId id)
    {
        Rule rule = RuleOf(id);
        RuleEntry.Write(_ledger.Begin(WallEntryKinds.Rule, RuleEntry.LengthOf(rule), out _), rule);
        _ledger.Commit();
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
