using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Pipeline;

/// <summary>
/// The bounded table that turns attribute sets into the numbers that <see cref="Intent.Attributes"/> holds. Equal sets of one table
/// have equal numbers.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Finding a known set neither locks nor allocates; a new one takes a lock once. Sets are never
/// removed: they stand for the kinds of intents that a fleet submits, so what differs with every intent belongs elsewhere.
/// </remarks>
public sealed class AttributeTable
{
    /// <summary>The default bound: a quarter of a million sets.</summary>
    public const int DefaultCapacity = 1 << 18;

    /// <summary>The highest bound.</summary>
    public const int MaxCapacity = 1 << 24;

    private readonly ConcurrentDictionary<byte[], uint> _handles = new(new Content());
    private readonly ConcurrentDictionary<byte[], uint>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly AttributeSet?[] _sets;
    private readonly SymbolTable _symbols;
    private readonly Lock _growth = new();
    private uint _highest;

    /// <param name="symbols">The names and strings of the sets.</param>
    /// <param name="capacity">The most sets the table holds, 1 to 2^24.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public AttributeTable(SymbolTable symbols, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        _symbols = symbols;
        _sets = new AttributeSet?[capacity + 1];
        _lookup = _handles.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The most sets the table holds.</summary>
    public int Capacity => _sets.Length - 1;

    /// <summary>The highest number given out so far.</summary>
    public uint HighestHandle => Volatile.Read(ref _highest);

    /// <summary>The number of the set gathered in a builder, new or known; 0 where it is empty.</summary>
    /// <exception cref="ArgumentException">It takes more than <see cref="AttributeSet.MaxBytes"/> bytes, or uses a symbol of another table.</exception>
    /// <exception cref="AttributeTableFullException">It is new and the table holds <see cref="Capacity"/> sets.</exception>
    public uint Intern(AttributeSetBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Count == 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> encoded = builder.Encode();
        return _lookup.TryGetValue(encoded, out uint handle) ? handle : Add(encoded);
    }

    /// <summary>
    /// The set of a number; <see cref="AttributeSet.Empty"/> for 0 and for numbers never given out, which the edge refuses. Neither
    /// locks nor allocates.
    /// </summary>
    public AttributeSet Find(uint handle) => TryFind(handle, out AttributeSet? set) ? set : AttributeSet.Empty;

    /// <summary>Whether the number was given out by this table; 0 never is.</summary>
    public bool Contains(uint handle) => TryFind(handle, out _);

    /// <summary>Puts a set back under the number that a ledger defines for it. For reopening, before anything else is interned.</summary>
    /// <exception cref="InvalidOperationException">The number is taken, the set has another number, or a symbol of it is unknown.</exception>
    /// <exception cref="AttributeTableFullException">The number lies above <see cref="Capacity"/>.</exception>
    internal void Restore(AttributeSet set)
    {
        lock (_growth)
        {
            if (set.Handle == 0 || set.Handle >= _sets.Length)
            {
                throw new AttributeTableFullException(Capacity);
            }

            if (set.FindUnknown(_symbols.Contains) is { } unknown)
            {
                throw new InvalidOperationException($"Attribute set {set.Handle} uses symbol {unknown.Id}, which is not defined.");
            }

            bool taken = _sets[set.Handle] is { } other && !other.Encoded.AsSpan().SequenceEqual(set.Encoded);
            if (taken || (!_handles.TryAdd(set.Encoded, set.Handle) && _handles[set.Encoded] != set.Handle))
            {
                throw new InvalidOperationException($"Attribute set {set.Handle} is defined again as another, or under two numbers.");
            }

            Publish(set);
        }
    }

    private bool TryFind(uint handle, [NotNullWhen(true)] out AttributeSet? set)
    {
        set = handle < _sets.Length ? Volatile.Read(ref _sets[handle]) : null;
        return set is not null;
    }

    private uint Add(ReadOnlySpan<byte> encoded)
    {
        lock (_growth)
        {
            if (_lookup.TryGetValue(encoded, out uint known))
            {
                return known;
            }

            uint handle = _highest + 1;
            if (handle >= _sets.Length)
            {
                throw new AttributeTableFullException(Capacity);
            }

            if (AttributeSetEntry.Decode(handle, encoded, out AttributeSet set) is { } fault)
            {
                throw new ArgumentException(fault);
            }

            if (set.FindUnknown(_symbols.Contains) is { } unknown)
            {
                throw new ArgumentException($"An attribute set uses symbol {unknown.Id}, which this wall's table never gave out.");
            }

            // The set is readable before any other thread can meet its number.
            Publish(set);
            _handles[set.Encoded] = handle;
            return handle;
        }
    }

    private void Publish(AttributeSet set)
    {
        Volatile.Write(ref _sets[set.Handle], set);
        Volatile.Write(ref _highest, Math.Max(_highest, set.Handle));
    }

    /// <summary>Compares sets by their canonical bytes.</summary>
    private sealed class Content : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

/// <summary>An attribute set could not be interned: the table holds all it may hold. Nothing was changed.</summary>
public sealed class AttributeTableFullException(int capacity)
    : InvalidOperationException($"The attribute table is full ({capacity} sets). Raise WallOptions.AttributeCapacity, or keep what differs with every intent out of its attributes.")
{
    /// <summary>The table's bound.</summary>
    public int Capacity { get; } = capacity;
}
