using System.Collections.Concurrent;

namespace Floodwall.Pipeline;

/// <summary>
/// The edge for facts: what is malformed or has no place is refused here, where its sender learns of it. Behind it a fact is never
/// refused, because each key has its place in the gate's table.
/// </summary>
/// <remarks>Safe for any number of threads. A known key neither locks nor allocates.</remarks>
internal sealed class FactEdge
{
    private readonly ConcurrentDictionary<FactKey, byte> _keys = [];
    private readonly Lock _growth = new();
    private readonly SymbolTable _symbols;
    private readonly int _capacity;

    /// <param name="symbols">The wall's names.</param>
    /// <param name="capacity">The most keys; more where a ledger brought them.</param>
    /// <param name="known">The facts that a ledger brought.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not 1 to 2^20.</exception>
    public FactEdge(SymbolTable symbols, int capacity, FactTable known)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1, "WallOptions.FactCapacity");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, FactTable.MaxCapacity, "WallOptions.FactCapacity");
        _symbols = symbols;
        _capacity = capacity;
        foreach (Fact fact in known.All)
        {
            _keys[fact.Key] = 0;
        }
    }

    /// <summary>Refuses what the wall cannot take in; what passes has its place.</summary>
    /// <exception cref="ArgumentException">The message names the field, its value and what was expected.</exception>
    /// <exception cref="FactTableFullException">The key is new, and there are as many as there may be.</exception>
    public void Require(in Fact fact)
    {
        if (Explain(in fact) is { } fault)
        {
            throw new ArgumentException($"Fact refused at the edge: {fault}.", nameof(fact));
        }

        if (!_keys.ContainsKey(fact.Key))
        {
            Add(fact.Key);
        }
    }

    private string? Explain(in Fact fact)
    {
        (FactKind kind, Symbol subject, Symbol name) = fact.Key;
        if (kind is FactKind.None or > FactKind.Environment)
        {
            return $"Kind is {(byte)kind}, expected {(byte)FactKind.Pool} (Pool) to {(byte)FactKind.Environment} (Environment)";
        }

        if (name.IsNone)
        {
            return "Name is missing";
        }

        foreach ((string field, Symbol symbol) in (ReadOnlySpan<(string, Symbol)>)
            [("Subject", subject), ("Name", name), ("Value", fact.Value.AsSymbol)])
        {
            if (!symbol.IsNone && !_symbols.Contains(symbol))
            {
                return $"{field} is symbol {symbol.Id}, which this wall's table never gave out";
            }
        }

        return FactValue.TryFromParts(fact.Value.Kind, fact.Value.Bits, out _)
            ? null
            : $"Value is {(fact.Value.Kind == AttributeKind.Double ? $"{fact.Value.AsDouble}" : "missing")}, expected a string, an integer, a finite number or a truth value";
    }

    private void Add(FactKey key)
    {
        lock (_growth)
        {
            if (!_keys.ContainsKey(key) && _keys.Count >= _capacity)
            {
                throw new FactTableFullException(_capacity);
            }

            _keys[key] = 0;
        }
    }
}

/// <summary>A fact was refused: as many are known as may be. Nothing was changed, and known facts go on to be taken in.</summary>
public sealed class FactTableFullException(int capacity)
    : InvalidOperationException($"The fact table is full ({capacity} facts). Raise WallOptions.FactCapacity.")
{
    /// <summary>The table's bound.</summary>
    public int Capacity { get; } = capacity;
}
