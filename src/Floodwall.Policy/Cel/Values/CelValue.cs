namespace Floodwall.Policy.Cel;

/// <summary>
/// A value of the Common Expression Language, or the error or unknown that an evaluation ended in. Immutable. Compared with
/// <see cref="CelEquality"/> and <see cref="CelOrdering"/>, not with <see cref="object.Equals(object)"/>: in the language a NaN equals
/// nothing and 1 equals 1u.
/// </summary>
public abstract class CelValue
{
    private protected CelValue()
    {
    }

    /// <summary>What it is.</summary>
    public abstract CelKind Kind { get; }

    /// <summary>The name that <c>type(x)</c> gives, such as <c>int</c> or <c>google.protobuf.Duration</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>How many lists, maps and optionals stand inside one another, this one included; 0 for everything else.</summary>
    public virtual int Depth => 0;

    /// <summary>What walking all of it costs, in evaluation steps: at least 1; a list's is the sum over its elements.</summary>
    public virtual long Weight => 1;

    /// <summary>Whether it is an error or an unknown.</summary>
    public bool IsErrorOrUnknown => Kind is CelKind.Error or CelKind.Unknown;

    /// <summary><c>null</c>.</summary>
    public static CelValue Null => CelNull.Instance;

    /// <summary>A bool.</summary>
    public static CelValue Of(bool value) => value ? CelBool.True : CelBool.False;

    /// <summary>An int.</summary>
    public static CelValue Of(long value) => new CelInt(value);

    /// <summary>A uint.</summary>
    public static CelValue Of(ulong value) => new CelUint(value);

    /// <summary>A double.</summary>
    public static CelValue Of(double value) => new CelDouble(value);

    /// <summary>A string.</summary>
    public static CelValue Of(string value) => new CelString(value);

    /// <summary>Bytes, copied.</summary>
    public static CelValue Of(ReadOnlySpan<byte> value) => new CelBytes(value);

    /// <summary>The value of a literal.</summary>
    public static CelValue Of(Literal literal)
    {
        ArgumentNullException.ThrowIfNull(literal);
        return literal.Kind switch
        {
            LiteralKind.Null => Null,
            LiteralKind.Bool => Of(literal.AsBool),
            LiteralKind.Int => Of(literal.AsInt),
            LiteralKind.Uint => Of(literal.AsUint),
            LiteralKind.Double => Of(literal.AsDouble),
            LiteralKind.String => Of(literal.AsString),
            LiteralKind.Bytes => Of(literal.AsBytes.Span),
            _ => throw new ArgumentOutOfRangeException(nameof(literal), literal.Kind, "no such kind of literal"),
        };
    }

    /// <summary>As an expression would write it, where it can.</summary>
    public override string ToString() => CelDescription.Of(this);
}
