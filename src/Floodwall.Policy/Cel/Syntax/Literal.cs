namespace Floodwall.Policy.Cel;

/// <summary>The kinds of literals.</summary>
public enum LiteralKind
{
    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary><c>true</c>, <c>false</c>.</summary>
    Bool,

    /// <summary>64 bits, signed.</summary>
    Int,

    /// <summary>64 bits, unsigned.</summary>
    Uint,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double,

    /// <summary>Unicode text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>A literal's value. Doubles compare by their bits, so that equal literals print alike.</summary>
public sealed class Literal : IEquatable<Literal>
{
    private readonly ulong _bits;
    private readonly object? _payload;

    private Literal(LiteralKind kind, ulong bits, object? payload)
    {
        Kind = kind;
        _bits = bits;
        _payload = payload;
    }

    /// <summary><c>null</c>.</summary>
    public static Literal Null { get; } = new(LiteralKind.Null, 0, null);

    /// <summary><c>true</c>.</summary>
    public static Literal True { get; } = new(LiteralKind.Bool, 1, null);

    /// <summary><c>false</c>.</summary>
    public static Literal False { get; } = new(LiteralKind.Bool, 0, null);

    /// <summary>The kind.</summary>
    public LiteralKind Kind { get; }

    /// <summary>The value of a bool.</summary>
    public bool AsBool => _bits != 0;

    /// <summary>The value of an int.</summary>
    public long AsInt => (long)_bits;

    /// <summary>The value of a uint.</summary>
    public ulong AsUint => _bits;

    /// <summary>The value of a double.</summary>
    public double AsDouble => BitConverter.UInt64BitsToDouble(_bits);

    /// <summary>The value of a string; empty for the other kinds.</summary>
    public string AsString => _payload as string ?? "";

    /// <summary>The value of bytes; empty for the other kinds.</summary>
    public ReadOnlyMemory<byte> AsBytes => _payload as byte[] ?? [];

    /// <summary>A bool.</summary>
    public static Literal Of(bool value) => value ? True : False;

    /// <summary>An int.</summary>
    public static Literal Of(long value) => new(LiteralKind.Int, (ulong)value, null);

    /// <summary>A uint.</summary>
    public static Literal Of(ulong value) => new(LiteralKind.Uint, value, null);

    /// <summary>A double.</summary>
    public static Literal Of(double value) => new(LiteralKind.Double, BitConverter.DoubleToUInt64Bits(value), null);

    /// <summary>A string.</summary>
    public static Literal Of(string value) => new(LiteralKind.String, 0, value ?? throw new ArgumentNullException(nameof(value)));

    /// <summary>Bytes, copied.</summary>
    public static Literal Of(ReadOnlySpan<byte> value) => new(LiteralKind.Bytes, 0, value.ToArray());

    /// <inheritdoc/>
    public bool Equals(Literal? other) =>
        other is not null && Kind == other.Kind && _bits == other._bits
        && AsString == other.AsString && AsBytes.Span.SequenceEqual(other.AsBytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Literal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, AsString, AsBytes.Length);
}
