namespace Floodwall.Pipeline;

/// <summary>What a fact is about.</summary>
public enum FactKind : byte
{
    /// <summary>Nothing; no fact has it.</summary>
    None = 0,

    /// <summary>A budget pool, such as what is left of it.</summary>
    Pool = 1,

    /// <summary>A risk, such as the probability that a pool runs out.</summary>
    Risk = 2,

    /// <summary>An identity.</summary>
    Identity = 3,

    /// <summary>A provider, such as whether it answers.</summary>
    Provider = 4,

    /// <summary>An agent.</summary>
    Agent = 5,

    /// <summary>An organisational scope.</summary>
    Scope = 6,

    /// <summary>A resource.</summary>
    Resource = 7,

    /// <summary>An environment.</summary>
    Environment = 8,
}

/// <summary>Which fact: one value is known for each.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Subject">Of whom; <see cref="Symbol.None"/> for what holds everywhere.</param>
/// <param name="Name">What of it, such as <c>remaining</c>. Required.</param>
public readonly record struct FactKey(FactKind Kind, Symbol Subject, Symbol Name) : IComparable<FactKey>
{
    /// <summary>By kind, then subject, then name.</summary>
    public int CompareTo(FactKey other)
    {
        // An enum's own comparison boxes.
        int byKind = ((byte)Kind).CompareTo((byte)other.Kind);
        int bySubject = byKind != 0 ? byKind : Subject.Id.CompareTo(other.Subject.Id);
        return bySubject != 0 ? bySubject : Name.Id.CompareTo(other.Name.Id);
    }

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(FactKey left, FactKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(FactKey left, FactKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/> or equals it.</summary>
    public static bool operator <=(FactKey left, FactKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/> or equals it.</summary>
    public static bool operator >=(FactKey left, FactKey right) => left.CompareTo(right) >= 0;
}

/// <summary>A fact's value: a string, an integer, a finite number or a truth value. The property of its <see cref="Kind"/> holds; the others are zero.</summary>
public readonly record struct FactValue
{
    private FactValue(AttributeKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    /// <summary>What it is; never <see cref="AttributeKind.List"/>.</summary>
    public AttributeKind Kind { get; }

    /// <summary>A string's symbol; <see cref="Symbol.None"/> for the empty one.</summary>
    public Symbol AsSymbol => Kind == AttributeKind.String ? new Symbol((uint)Bits) : Symbol.None;

    /// <summary>An integer.</summary>
    public long AsInt64 => Kind == AttributeKind.Int64 ? Bits : 0;

    /// <summary>A floating-point number.</summary>
    public double AsDouble => Kind == AttributeKind.Double ? BitConverter.Int64BitsToDouble(Bits) : 0;

    /// <summary>A truth value.</summary>
    public bool AsBool => Kind == AttributeKind.Bool && Bits != 0;

    internal long Bits { get; }

    /// <summary>A string.</summary>
    public static FactValue Of(Symbol value) => new(AttributeKind.String, value.Id);

    /// <summary>An integer.</summary>
    public static FactValue Of(long value) => new(AttributeKind.Int64, value);

    /// <summary>A finite number; negative zero becomes zero. Any other is refused at the edge.</summary>
    public static FactValue Of(double value) => new(AttributeKind.Double, BitConverter.DoubleToInt64Bits(value + 0.0));

    /// <summary>A truth value.</summary>
    public static FactValue Of(bool value) => new(AttributeKind.Bool, value ? 1 : 0);

    /// <summary>The same value as an attribute's.</summary>
    public AttributeValue ToAttributeValue() => AttributeValue.Scalar(Kind, Bits);

    /// <summary>A value from its recorded parts.</summary>
    /// <returns>False where they are none.</returns>
    internal static bool TryFromParts(AttributeKind kind, long bits, out FactValue value)
    {
        value = new FactValue(kind, bits);
        return kind switch
        {
            AttributeKind.String => bits is >= 0 and <= uint.MaxValue,
            AttributeKind.Int64 => true,
            AttributeKind.Double => AttributeSetEntry.IsCanonical(bits),
            AttributeKind.Bool => bits is 0 or 1,
            _ => false,
        };
    }
}

/// <summary>Something that policies may need to know and that no intent says: what is left of a pool, how a provider is.</summary>
/// <param name="Key">Which fact.</param>
/// <param name="Value">Its value from now on.</param>
/// <param name="Tick">As of when it is valid, in ticks, as its source states it. It does not move the wall's clock; policies judge how stale is too stale.</param>
public readonly record struct Fact(FactKey Key, FactValue Value, ulong Tick)
{
    /// <param name="kind">What it is about.</param>
    /// <param name="subject">Of whom.</param>
    /// <param name="name">What of it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="tick">As of when it is valid.</param>
    public Fact(FactKind kind, Symbol subject, Symbol name, FactValue value, ulong tick)
        : this(new FactKey(kind, subject, name), value, tick)
    {
    }
}

/// <summary>What is known of a fact.</summary>
/// <param name="Value">Its value; of kind <see cref="AttributeKind.None"/> where it is absent.</param>
/// <param name="Tick">As of when it is valid.</param>
public readonly record struct FactReading(FactValue Value, ulong Tick);
