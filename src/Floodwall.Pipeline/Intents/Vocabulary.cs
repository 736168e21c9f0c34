namespace Floodwall.Pipeline;

/// <summary>The names and rules behind the numbers: a wall's own, or what a ledger has defined.</summary>
public interface INames
{
    /// <summary>The name of a symbol; the empty string for <see cref="Symbol.None"/>.</summary>
    string NameOf(Symbol symbol);

    /// <summary>The rule of a number; null where there is none.</summary>
    Rule? FindRule(RuleId id);
}

/// <summary>What a wall, its policies and its ledger share: the names and the rules behind the numbers.</summary>
/// <param name="Symbols">Names.</param>
/// <param name="Rules">Reasons.</param>
public sealed record Vocabulary(SymbolTable Symbols, RuleTable Rules) : INames
{
    /// <summary>A fresh vocabulary.</summary>
    /// <param name="symbolCapacity">The most names, see <see cref="SymbolTable"/>.</param>
    public Vocabulary(int symbolCapacity = SymbolTable.DefaultCapacity)
        : this(new SymbolTable(symbolCapacity), new RuleTable())
    {
    }

    /// <inheritdoc/>
    public string NameOf(Symbol symbol) => Symbols.NameOf(symbol);

    /// <inheritdoc/>
    public Rule? FindRule(RuleId id) => Rules.Find(id);
}
