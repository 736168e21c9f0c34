using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Floodwall.Pipeline;

/// <summary>
/// The bounded table that turns names (agents, resources, topics, …) into <see cref="Symbol"/>s at the edge of the wall.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Looking up a known name neither locks nor allocates; a new name takes a lock once.
/// Names are never removed: the table is as large as the vocabulary of the fleet, and <see cref="Capacity"/> bounds it.
/// </remarks>
public sealed class SymbolTable
{
    /// <summary>The longest name, in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>The default bound: a million names.</summary>
    public const int DefaultCapacity = 1 << 20;

    private readonly ConcurrentDictionary<string, uint> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string?[] _names;
    private readonly Lock _growth = new();
    private uint _highest;

    /// <param name="capacity">The most names the table holds, 1 to 2^28.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public SymbolTable(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 28);
        _names = new string?[capacity + 1];
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The most names the table holds.</summary>
    public int Capacity => _names.Length - 1;

    /// <summary>The highest id given out so far; every valid symbol's id is at most this.</summary>
    public uint HighestId => Volatile.Read(ref _highest);

    /// <summary>The symbol of a name, new or known.</summary>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds a control character or a lone surrogate.</exception>
    /// <exception cref="SymbolTableFullException">The name is new and the table holds <see cref="Capacity"/> names.</exception>
    public Symbol Intern(ReadOnlySpan<char> name)
    {
        if (_lookup.TryGetValue(name, out uint id))
        {
            return new Symbol(id);
        }

        if (Validate(name) is { } fault)
        {
            throw new ArgumentException(fault, nameof(name));
        }

        return Add(name);
    }

    /// <summary>The symbol of a name already interned.</summary>
    public bool TryFind(ReadOnlySpan<char> name, out Symbol symbol)
    {
        bool found = _lookup.TryGetValue(name, out uint id);
        symbol = new Symbol(id);
        return found;
    }

    /// <summary>The name of a symbol; the empty string for <see cref="Symbol.None"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The symbol is not of this table.</exception>
    public string NameOf(Symbol symbol)
    {
        if (symbol.IsNone)
        {
            return "";
        }

        return TryGetName(symbol, out string? name)
            ? name
            : throw new ArgumentOutOfRangeException(nameof(symbol), symbol.Id, $"No such symbol; the table's highest is {HighestId}.");
    }

    /// <summary>Whether the symbol was given out by this table.</summary>
    public bool Contains(Symbol symbol) => TryGetName(symbol, out _);

    /// <summary>What is wrong with a name, or null when it can be interned.</summary>
    public static string? Validate(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "A name is empty.";
        }

        if (name.Length > MaxNameBytes || Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            return $"A name of {name.Length} characters is longer than {MaxNameBytes} UTF-8 bytes: '{name[..32]}…'.";
        }

        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (char.IsControl(c))
            {
                return $"A name holds the control character U+{(int)c:X4} at position {i}.";
            }

            if (!char.IsSurrogate(c))
            {
                continue;
            }

            if (!char.IsHighSurrogate(c) || i + 1 == name.Length || !char.IsLowSurrogate(name[i + 1]))
            {
                return $"A name holds a lone surrogate at position {i}.";
            }

            i++;
        }

        return null;
    }

    /// <summary>Puts a name back under the id that a ledger defines for it. For reopening, before anything else is interned.</summary>
    /// <exception cref="InvalidOperationException">The id or the name is taken by another.</exception>
    /// <exception cref="SymbolTableFullException">The id lies above <see cref="Capacity"/>.</exception>
    internal void Restore(Symbol symbol, string name)
    {
        lock (_growth)
        {
            if (symbol.Id == 0 || symbol.Id >= _names.Length)
            {
                throw new SymbolTableFullException(Capacity, name);
            }

            if (_names[symbol.Id] is { } other && other != name)
            {
                throw new InvalidOperationException($"Symbol {symbol.Id} is '{other}', and is defined again as '{name}'.");
            }

            if (!_ids.TryAdd(name, symbol.Id) && _ids[name] != symbol.Id)
            {
                throw new InvalidOperationException($"'{name}' is symbol {_ids[name]}, and is defined again as {symbol.Id}.");
            }

            Volatile.Write(ref _names[symbol.Id], name);
            Volatile.Write(ref _highest, Math.Max(_highest, symbol.Id));
        }
    }

    private bool TryGetName(Symbol symbol, [NotNullWhen(true)] out string? name)
    {
        name = symbol.Id < _names.Length ? Volatile.Read(ref _names[symbol.Id]) : null;
        return name is not null;
    }

    private Symbol Add(ReadOnlySpan<char> name)
    {
        lock (_growth)
        {
            if (_lookup.TryGetValue(name, out uint known))
            {
                return new Symbol(known);
            }

            uint id = _highest + 1;
            if (id >= _names.Length)
            {
                throw new SymbolTableFullException(Capacity, name.ToString());
            }

            string text = name.ToString();
            // The name is readable before any other thread can meet its id.
            Volatile.Write(ref _names[id], text);
            Volatile.Write(ref _highest, id);
            _ids[text] = id;
            return new Symbol(id);
        }
    }
}

/// <summary>A name could not be interned: the table holds all it may hold. Nothing was changed.</summary>
public sealed class SymbolTableFullException(int capacity, string name)
    : InvalidOperationException($"The symbol table is full ({capacity} names); '{name}' was not added. Raise WallOptions.SymbolCapacity.")
{
    /// <summary>The table's bound.</summary>
    public int Capacity { get; } = capacity;
}
