using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// Gathers the attributes of one intent, to be interned by <see cref="AttributeTable.Intern"/>. Made to be used again and again:
/// after <see cref="Clear"/>, gathering and finding a set that is known allocates nothing.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class AttributeSetBuilder
{
    private readonly Pair[] _pairs = new Pair[AttributeSet.MaxPairs];
    private readonly byte[] _encoded = new byte[AttributeSet.MaxBytes - sizeof(uint)];
    private Symbol[] _items = new Symbol[16];
    private int _itemCount;

    /// <summary>The number of attributes gathered.</summary>
    public int Count { get; private set; }

    /// <summary>Begins anew.</summary>
    public AttributeSetBuilder Clear()
    {
        Count = 0;
        _itemCount = 0;
        return this;
    }

    /// <summary>Adds a string; <see cref="Symbol.None"/> is the empty one.</summary>
    /// <exception cref="ArgumentException">The name is missing or was added before, or the set holds 64 attributes.</exception>
    public AttributeSetBuilder Add(Symbol name, Symbol value) => Insert(name, AttributeKind.String, value.Id);

    /// <summary>Adds an integer.</summary>
    /// <exception cref="ArgumentException">The name is missing or was added before, or the set holds 64 attributes.</exception>
    public AttributeSetBuilder Add(Symbol name, long value) => Insert(name, AttributeKind.Int64, value);

    /// <summary>Adds a floating-point number; negative zero becomes zero.</summary>
    /// <exception cref="ArgumentException">
    /// The number is infinite or none, the name is missing or was added before, or the set holds 64 attributes.
    /// </exception>
    public AttributeSetBuilder Add(Symbol name, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"Attribute {name} is {value}, expected a finite number.", nameof(value));
        }

        return Insert(name, AttributeKind.Double, BitConverter.DoubleToInt64Bits(value + 0.0));
    }

    /// <summary>Adds a truth value.</summary>
    /// <exception cref="ArgumentException">The name is missing or was added before, or the set holds 64 attributes.</exception>
    public AttributeSetBuilder Add(Symbol name, bool value) => Insert(name, AttributeKind.Bool, value ? 1 : 0);

    /// <summary>Adds a list of strings, in its order; it may be empty.</summary>
    /// <exception cref="ArgumentException">
    /// The list holds more than 256 strings, the name is missing or was added before, or the set holds 64 attributes.
    /// </exception>
    public AttributeSetBuilder Add(Symbol name, ReadOnlySpan<Symbol> values)
    {
        if (values.Length > AttributeSet.MaxListLength)
        {
            throw new ArgumentException(
                $"Attribute {name} is a list of {values.Length} strings, expected at most {AttributeSet.MaxListLength}.", nameof(values));
        }

        if (values.Length > _items.Length - _itemCount)
        {
            Array.Resize(ref _items, Math.Max(_items.Length * 2, _itemCount + values.Length));
        }

        Insert(name, AttributeKind.List, (long)(uint)_itemCount | ((long)values.Length << 32));
        values.CopyTo(_items.AsSpan(_itemCount));
        _itemCount += values.Length;
        return this;
    }

    /// <summary>The canonical bytes of what was gathered, as <see cref="AttributeSetEntry"/> lays them out behind the handle; until the next change.</summary>
    /// <exception cref="ArgumentException">They are too many for an entry of the ledger.</exception>
    internal ReadOnlySpan<byte> Encode()
    {
        Span<byte> rest = _encoded;
        rest[0] = (byte)Count;
        rest = rest[1..];
        foreach (ref readonly Pair pair in _pairs.AsSpan(0, Count))
        {
            int length = AttributeSetEntry.LengthOf(pair.Kind, pair.ListLength);
            if (length > rest.Length)
            {
                throw new ArgumentException(
                    $"An attribute set of {Count} attributes and {_itemCount} strings in lists takes more than {AttributeSet.MaxBytes} bytes in the ledger.");
            }

            BinaryPrimitives.WriteUInt32LittleEndian(rest, pair.Name);
            rest[4] = (byte)pair.Kind;
            Write(rest[5..], in pair);
            rest = rest[length..];
        }

        return _encoded.AsSpan(0, _encoded.Length - rest.Length);
    }

    private void Write(Span<byte> value, in Pair pair)
    {
        switch (pair.Kind)
        {
            case AttributeKind.String:
                BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)pair.Bits);
                break;

            case AttributeKind.Bool:
                value[0] = (byte)pair.Bits;
                break;

            case AttributeKind.List:
                BinaryPrimitives.WriteUInt16LittleEndian(value, (ushort)pair.ListLength);
                int at = sizeof(ushort);
                foreach (Symbol item in _items.AsSpan((int)pair.Bits, pair.ListLength))
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(value[at..], item.Id);
                    at += sizeof(uint);
                }

                break;

            default:
                BinaryPrimitives.WriteInt64LittleEndian(value, pair.Bits);
                break;
        }
    }

    // Kept in order, so that a name given twice is seen at once and the same attributes give the same bytes.
    private AttributeSetBuilder Insert(Symbol name, AttributeKind kind, long bits)
    {
        if (name.IsNone)
        {
            throw new ArgumentException("An attribute has no name.", nameof(name));
        }

        int at = Count;
        while (at > 0 && _pairs[at - 1].Name >= name.Id)
        {
            at--;
        }

        if (at < Count && _pairs[at].Name == name.Id)
        {
            throw new ArgumentException($"Attribute {name} is given twice.", nameof(name));
        }

        if (Count == AttributeSet.MaxPairs)
        {
            throw new ArgumentException($"An attribute set holds at most {AttributeSet.MaxPairs} attributes.", nameof(name));
        }

        Array.Copy(_pairs, at, _pairs, at + 1, Count - at);
        _pairs[at] = new Pair(name.Id, kind, bits);
        Count++;
        return this;
    }

    /// <summary>One attribute; a list's bits are where it begins among the items and, above bit 32, how long it is.</summary>
    private readonly record struct Pair(uint Name, AttributeKind Kind, long Bits)
    {
        public int ListLength => Kind == AttributeKind.List ? (int)(Bits >> 32) : 0;
    }
}
