namespace Floodwall.Pipeline;

/// <summary>
/// Attributes of an intent that <see cref="Intent"/> has no field for: names and values, sorted by the names' numbers. Immutable.
/// </summary>
public sealed class AttributeSet
{
    /// <summary>The most attributes in a set.</summary>
    public const int MaxPairs = 64;

    /// <summary>The most strings in a list.</summary>
    public const int MaxListLength = 256;

    /// <summary>The most bytes that a set takes in the ledger, where each one is defined by one entry, see <see cref="AttributeSetEntry"/>.</summary>
    public const int MaxBytes = 4087;

    private readonly uint[] _names;
    private readonly AttributeValue[] _values;

    /// <param name="handle">Its number.</param>
    /// <param name="encoded">The bytes behind the handle in its entry.</param>
    /// <param name="names">The names' numbers, ascending.</param>
    /// <param name="values">The values, in the order of the names.</param>
    internal AttributeSet(uint handle, byte[] encoded, uint[] names, AttributeValue[] values)
    {
        Handle = handle;
        Encoded = encoded;
        _names = names;
        _values = values;
    }

    /// <summary>The set without attributes, which every intent has that names none.</summary>
    public static AttributeSet Empty { get; } = new(0, [0], [], []);

    /// <summary>Its number, as <see cref="Intent.Attributes"/> holds it; 0 for <see cref="Empty"/>.</summary>
    public uint Handle { get; }

    /// <summary>The number of attributes.</summary>
    public int Count => _names.Length;

    internal byte[] Encoded { get; }

    /// <summary>Looks an attribute up. Neither locks nor allocates.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; of kind <see cref="AttributeKind.None"/> where it is absent.</param>
    /// <returns>Whether the set holds it.</returns>
    public bool TryGet(Symbol name, out AttributeValue value)
    {
        int at = _names.AsSpan().BinarySearch(name.Id);
        value = at < 0 ? default : _values[at];
        return at >= 0;
    }

    /// <summary>The name of attribute <paramref name="index"/>, from 0 to <see cref="Count"/> - 1.</summary>
    /// <exception cref="IndexOutOfRangeException">There are fewer.</exception>
    public Symbol NameAt(int index) => new(_names[index]);

    /// <summary>The value of attribute <paramref name="index"/>, from 0 to <see cref="Count"/> - 1.</summary>
    /// <exception cref="IndexOutOfRangeException">There are fewer.</exception>
    public AttributeValue ValueAt(int index) => _values[index];

    /// <summary>The first symbol in it, a name or a string, that <paramref name="isKnown"/> denies; null where there is none.</summary>
    internal Symbol? FindUnknown(Func<Symbol, bool> isKnown)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            Symbol name = new(_names[i]);
            Symbol text = _values[i].AsSymbol;
            if (!isKnown(name) || (!text.IsNone && !isKnown(text)))
            {
                return isKnown(name) ? text : name;
            }

            foreach (Symbol item in _values[i].AsList)
            {
                if (!item.IsNone && !isKnown(item))
                {
                    return item;
                }
            }
        }

        return null;
    }
}
