namespace Floodwall.Pipeline;

/// <summary>The symbols, rules and attribute sets that a ledger has defined so far: fed its entries in order, it names what they use.</summary>
public sealed class RecordedVocabulary : INames
{
    private readonly Dictionary<Symbol, string> _symbols = [];
    private readonly Dictionary<RuleId, Rule> _rules = [];
    private readonly Dictionary<uint, AttributeSet> _attributes = [];
    private uint[] _sortedSymbols = [];
    private uint[] _sortedRules = [];
    private uint[] _sortedAttributes = [];

    /// <summary>The symbols defined.</summary>
    public IReadOnlyDictionary<Symbol, string> Symbols => _symbols;

    /// <summary>The rules defined.</summary>
    public IReadOnlyDictionary<RuleId, Rule> Rules => _rules;

    /// <summary>The attribute sets defined, by handle.</summary>
    public IReadOnlyDictionary<uint, AttributeSet> Attributes => _attributes;

    /// <summary>Takes in one entry; entries that define nothing change nothing.</summary>
    /// <param name="kind">The entry's kind.</param>
    /// <param name="payload">The entry's payload.</param>
    /// <returns>Null, or what is wrong with the entry.</returns>
    public string? Observe(byte kind, ReadOnlySpan<byte> payload) => kind switch
    {
        WallEntryKinds.Symbol => SymbolEntry.Read(payload, out Symbol symbol, out string name)
            ?? (_symbols.TryAdd(symbol, name) || _symbols[symbol] == name
                ? null
                : $"symbol {symbol.Id} is '{_symbols[symbol]}', and is defined again as '{name}'"),
        WallEntryKinds.Rule => RuleEntry.Read(payload, out Rule rule)
            ?? (_rules.TryAdd(rule.Id, rule) || _rules[rule.Id] == rule
                ? null
                : $"rule {rule.Id.Id} is '{_rules[rule.Id].Name}', and is defined again as '{rule.Name}'"),
        WallEntryKinds.AttributeSet => AttributeSetEntry.Read(payload, out AttributeSet set) ?? Observe(set),
        _ => null,
    };

    /// <summary>The name defined for a symbol, or a text that says that none is.</summary>
    public string NameOf(Symbol symbol) =>
        symbol.IsNone ? "" : _symbols.GetValueOrDefault(symbol, $"(symbol {symbol.Id}, not defined)");

    /// <inheritdoc/>
    public Rule? FindRule(RuleId id) => _rules.GetValueOrDefault(id);

    /// <inheritdoc/>
    public AttributeSet? FindAttributes(uint handle) => _attributes.GetValueOrDefault(handle);

    /// <summary>The next symbol defined behind a number.</summary>
    internal bool NextSymbol(ref uint id)
    {
        // Definitions are only ever added, so the count tells whether the sorted ones are current.
        _sortedSymbols = _sortedSymbols.Length == _symbols.Count ? _sortedSymbols : [.. _symbols.Keys.Select(symbol => symbol.Id).Order()];
        return SortedKeys.Next(_sortedSymbols, ref id);
    }

    /// <summary>The next rule defined behind a number.</summary>
    internal bool NextRule(ref uint id)
    {
        _sortedRules = _sortedRules.Length == _rules.Count ? _sortedRules : [.. _rules.Keys.Select(rule => rule.Id).Order()];
        return SortedKeys.Next(_sortedRules, ref id);
    }

    /// <summary>The next attribute set defined behind a number.</summary>
    internal bool NextAttributes(ref uint handle)
    {
        _sortedAttributes = _sortedAttributes.Length == _attributes.Count ? _sortedAttributes : [.. _attributes.Keys.Order()];
        return SortedKeys.Next(_sortedAttributes, ref handle);
    }

    /// <summary>A vocabulary in which everything recorded has the number that the ledger gave it.</summary>
    /// <param name="symbolCapacity">The most names.</param>
    /// <param name="attributeCapacity">The most attribute sets.</param>
    /// <exception cref="InvalidOperationException">The ledger gives one name or one attribute set two numbers.</exception>
    /// <exception cref="SymbolTableFullException">The ledger holds a symbol above the capacity.</exception>
    /// <exception cref="AttributeTableFullException">The ledger holds an attribute set above the capacity.</exception>
    internal Vocabulary ToVocabulary(int symbolCapacity, int attributeCapacity)
    {
        SymbolTable symbols = new(symbolCapacity);
        foreach ((Symbol symbol, string name) in _symbols)
        {
            symbols.Restore(symbol, name);
        }

        AttributeTable attributes = new(symbols, attributeCapacity);
        foreach (AttributeSet set in _attributes.Values)
        {
            attributes.Restore(set);
        }

        return new Vocabulary(symbols, new RuleTable(_rules.Values), attributes);
    }

    private string? Observe(AttributeSet set)
    {
        if (set.FindUnknown(_symbols.ContainsKey) is { } unknown)
        {
            return $"attribute set {set.Handle} uses symbol {unknown.Id}, which is not defined before it";
        }

        return _attributes.TryAdd(set.Handle, set) || _attributes[set.Handle].Encoded.AsSpan().SequenceEqual(set.Encoded)
            ? null
            : $"attribute set {set.Handle} is defined again as another";
    }
}
