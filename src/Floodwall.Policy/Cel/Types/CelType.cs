namespace Floodwall.Policy.Cel;

/// <summary>The kinds of types.</summary>
public enum CelTypeKind
{
    /// <summary>Any value; what it is shows at run time.</summary>
    Dyn,

    /// <summary><c>null_type</c>.</summary>
    Null,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>int</c>: 64 bits, signed.</summary>
    Int,

    /// <summary><c>uint</c>: 64 bits, unsigned.</summary>
    Uint,

    /// <summary><c>double</c>.</summary>
    Double,

    /// <summary><c>string</c>.</summary>
    String,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>google.protobuf.Duration</c>.</summary>
    Duration,

    /// <summary><c>google.protobuf.Timestamp</c>.</summary>
    Timestamp,

    /// <summary>The type of types; its argument is the type meant.</summary>
    Type,

    /// <summary><c>list(T)</c>.</summary>
    List,

    /// <summary><c>map(K, V)</c>.</summary>
    Map,

    /// <summary><c>optional_type(T)</c>.</summary>
    Optional,

    /// <summary>A declared object with named, typed fields.</summary>
    Struct,

    /// <summary>A type parameter of a function's declaration, or a type yet to be inferred.</summary>
    Parameter,
}

/// <summary>A type of the checker (langdef.md, "Gradual Type Checking"). Immutable; equal by structure, objects by name.</summary>
public sealed class CelType : IEquatable<CelType>
{
    private CelType(CelTypeKind kind, string name, CelStruct? declaration = null, params CelType[] args)
    {
        Kind = kind;
        Name = name;
        Struct = declaration;
        Args = args;
        Size = 1;
        foreach (CelType arg in args)
        {
            Size = Math.Min(Size + arg.Size, int.MaxValue / 4);
        }
    }

    /// <summary><c>dyn</c>.</summary>
    public static CelType Dyn { get; } = new(CelTypeKind.Dyn, "dyn");

    /// <summary><c>null_type</c>.</summary>
    public static CelType Null { get; } = new(CelTypeKind.Null, "null_type");

    /// <summary><c>bool</c>.</summary>
    public static CelType Bool { get; } = new(CelTypeKind.Bool, "bool");

    /// <summary><c>int</c>.</summary>
    public static CelType Int { get; } = new(CelTypeKind.Int, "int");

    /// <summary><c>uint</c>.</summary>
    public static CelType Uint { get; } = new(CelTypeKind.Uint, "uint");

    /// <summary><c>double</c>.</summary>
    public static CelType Double { get; } = new(CelTypeKind.Double, "double");

    /// <summary><c>string</c>.</summary>
    public static CelType String { get; } = new(CelTypeKind.String, "string");

    /// <summary><c>bytes</c>.</summary>
    public static CelType Bytes { get; } = new(CelTypeKind.Bytes, "bytes");

    /// <summary>A length of time.</summary>
    public static CelType Duration { get; } = new(CelTypeKind.Duration, "google.protobuf.Duration");

    /// <summary>A point in time.</summary>
    public static CelType Timestamp { get; } = new(CelTypeKind.Timestamp, "google.protobuf.Timestamp");

    /// <summary>The kind.</summary>
    public CelTypeKind Kind { get; }

    /// <summary>The name without arguments, such as <c>int</c>, <c>list</c>, or an object's name.</summary>
    public string Name { get; }

    /// <summary>The arguments: one of a list, optional or type, two of a map, else none.</summary>
    public IReadOnlyList<CelType> Args { get; }

    /// <summary>The fields of an object; null for the other kinds.</summary>
    public CelStruct? Struct { get; }

    /// <summary>How many types it is made of.</summary>
    internal int Size { get; }

    /// <summary><c>list(element)</c>.</summary>
    public static CelType List(CelType element) => new(CelTypeKind.List, "list", null, element);

    /// <summary><c>map(key, value)</c>.</summary>
    public static CelType Map(CelType key, CelType value) => new(CelTypeKind.Map, "map", null, key, value);

    /// <summary><c>optional_type(value)</c>.</summary>
    public static CelType Optional(CelType value) => new(CelTypeKind.Optional, "optional_type", null, value);

    /// <summary>The type of a value that is a type.</summary>
    public static CelType TypeOf(CelType type) => new(CelTypeKind.Type, "type", null, type);

    /// <summary>An object.</summary>
    public static CelType Of(CelStruct declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return new(CelTypeKind.Struct, declaration.Name, declaration);
    }

    /// <summary>A type parameter.</summary>
    public static CelType Parameter(string name) => new(CelTypeKind.Parameter, name);

    /// <summary>Reads a type as <see cref="ToString"/> writes it; a single capital letter is a parameter. Objects cannot be read.</summary>
    /// <exception cref="FormatException">It is no type.</exception>
    public static CelType Parse(string text) => CelTypeReader.Type(text);

    /// <inheritdoc/>
    public bool Equals(CelType? other) =>
        other is not null && (ReferenceEquals(this, other)
            || (Kind == other.Kind && Size == other.Size && Name == other.Name && Args.SequenceEqual(other.Args)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CelType);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Size, StringComparer.Ordinal.GetHashCode(Name));

    /// <summary>As people write it: <c>map(string, list(int))</c>.</summary>
    public override string ToString() => Kind switch
    {
        CelTypeKind.Duration => "duration",
        CelTypeKind.Timestamp => "timestamp",
        CelTypeKind.Optional => $"optional({Args[0]})",
        _ => Args.Count == 0 ? Name : $"{Name}({string.Join(", ", Args)})",
    };
}
