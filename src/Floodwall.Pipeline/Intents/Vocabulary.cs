namespace Floodwall.Pipeline;

/// <summary>What a wall, its policies and its ledger share: the names and the rules behind the numbers.</summary>
/// <param name="Symbols">Names.</param>
/// <param name="Rules">Reasons.</param>
public sealed record Vocabulary(SymbolTable Symbols, RuleTable Rules)
{
    /// <summary>A fresh vocabulary.</summary>
    /// <param name="symbolCapacity">The most names, see <see cref="SymbolTable"/>.</param>
    public Vocabulary(int symbolCapacity = SymbolTable.DefaultCapacity)
        : this(new SymbolTable(symbolCapacity), new RuleTable())
    {
    }
}
