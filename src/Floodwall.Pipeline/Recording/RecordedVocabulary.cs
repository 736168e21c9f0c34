namespace Floodwall.Pipeline;

/// <summary>The symbols and rules that a ledger has defined so far.</summary>
internal sealed class RecordedVocabulary
{
    public List<(Symbol Symbol, string Name)> Symbols { get; } = [];

    public List<Rule> Rules { get; } = [];

    /// <summary>Takes in one entry; entries of other kinds change nothing.</summary>
    /// <returns>Null, or what is wrong with the entry.</returns>
    public string? Observe(byte kind, ReadOnlySpan<byte> payload)
    {
        string? fault;
        switch (kind)
        {
            case WallEntryKinds.Symbol:
                fault = SymbolEntry.Read(payload, out Symbol symbol, out string name);
                if (fault is null)
                {
                    Symbols.Add((symbol, name));
                }

                return fault;

            case WallEntryKinds.Rule:
                fault = RuleEntry.Read(payload, out Rule rule);
                if (fault is null)
                {
                    Rules.Add(rule);
                }

                return fault;

            default:
                return null;
        }
    }

    /// <summary>A vocabulary in which everything recorded has the number that the ledger gave it.</summary>
    /// <param name="symbolCapacity">The most names.</param>
    /// <exception cref="InvalidOperationException">The ledger defines one number twice.</exception>
    /// <exception cref="SymbolTableFullException">The ledger holds a symbol above the capacity.</exception>
    public Vocabulary ToVocabulary(int symbolCapacity)
    {
        SymbolTable symbols = new(symbolCapacity);
        foreach ((Symbol symbol, string name) in Symbols)
        {
            symbols.Restore(symbol, name);
        }

        return new Vocabulary(symbols, new RuleTable(Rules));
    }
}
