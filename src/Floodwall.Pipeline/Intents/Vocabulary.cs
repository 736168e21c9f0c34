namespace Floodwall.Pipeline;

/// <summary>The names and rules behind the numbers: a wall's own, or what a ledger has defined.</summary>
public interface INames
{
    /// <summary>The name of a symbol; the empty string for <see cref="Symbol.None"/>.</summary>
    string NameOf(Symbol symbol);

    /// <summary>The rule of a number; null where there is none.</summary>
    Rule? FindRule(RuleId id);

    /// <summary>The attribute set of a number; null for 0 and where there is none.</summary>
    AttributeSet? FindAttributes(uint handle);
}

/// <summary>What a wall, its policies and its ledger share: the names, rules and attribute sets behind the numbers.</summary>
/// <param name="Symbols">Names.</param>
/// <param name="Rules">Reasons.</param>
/// <param name="Attributes">Attribute sets, of the same names.</param>
public sealed record Vocabulary(SymbolTable Symbols, RuleTable Rules, AttributeTable Attributes) : INames
{
    /// <summary>A fresh vocabulary.</summary>
    /// <param name="symbolCapacity">The most names, see <see cref="SymbolTable"/>.</param>
    /// <param name="attributeCapacity">The most attribute sets, see <see cref="AttributeTable"/>.</param>
    public Vocabulary(int symbolCapacity = SymbolTable.DefaultCapacity, int attributeCapacity = AttributeTable.DefaultCapacity)
        : this(new SymbolTable(symbolCapacity), new RuleTable(), attributeCapacity)
    {
    }

    /// <summary>A vocabulary of existing tables, with fresh attribute sets.</summary>
    /// <param name="symbols">Names.</param>
    /// <param name="rules">Reasons.</param>
    /// <param name="attributeCapacity">The most attribute sets, see <see cref="AttributeTable"/>.</param>
    public Vocabulary(SymbolTable symbols, RuleTable rules, int attributeCapacity = AttributeTable.DefaultCapacity)
        : this(symbols, rules, new AttributeTable(symbols, attributeCapacity))
    {
    }

    /// <inheritdoc/>
    public string NameOf(Symbol symbol) => Symbols.NameOf(symbol);

    /// <inheritdoc/>
    public Rule? FindRule(RuleId id) => Rules.Find(id);

    /// <inheritdoc/>
    public AttributeSet? FindAttributes(uint handle) => Attributes.Contains(handle) ? Attributes.Find(handle) : null;
}
