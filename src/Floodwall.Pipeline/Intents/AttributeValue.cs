namespace Floodwall.Pipeline;

/// <summary>What an attribute's value is.</summary>
public enum AttributeKind : byte
{
    /// <summary>There is no value.</summary>
    None = 0,

    /// <summary>A string, interned; <see cref="Symbol.None"/> stands for the empty one.</summary>
    String = 1,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64 = 2,

    /// <summary>A finite floating-point number; never negative zero.</summary>
    Double = 3,

    /// <summary>True or false.</summary>
    Bool = 4,

    /// <summary>An ordered list of strings, which may repeat.</summary>
    List = 5,
}

/// <summary>The value of one attribute. The property of its <see cref="Kind"/> holds; the others are zero or empty.</summary>
public readonly struct AttributeValue
{
    private readonly long _bits;
    private readonly Symbol[]? _list;

    private AttributeValue(AttributeKind kind, long bits, Symbol[]? list = null)
    {
        Kind = kind;
        _bits = bits;
        _list = list;
    }

    /// <summary>What it is.</summary>
    public AttributeKind Kind { get; }

    /// <summary>A string's symbol.</summary>
    public Symbol AsSymbol => Kind == AttributeKind.String ? new Symbol((uint)_bits) : Symbol.None;

    /// <summary>An integer.</summary>
    public long AsInt64 => Kind == AttributeKind.Int64 ? _bits : 0;

    /// <summary>A floating-point number.</summary>
    public double AsDouble => Kind == AttributeKind.Double ? BitConverter.Int64BitsToDouble(_bits) : 0;

    /// <summary>A truth value.</summary>
    public bool AsBool => Kind == AttributeKind.Bool && _bits != 0;

    /// <summary>A list's strings.</summary>
    public ReadOnlySpan<Symbol> AsList => _list;

    internal static AttributeValue Scalar(AttributeKind kind, long bits) => new(kind, bits);

    internal static AttributeValue Of(Symbol[] list) => new(AttributeKind.List, 0, list);
}
