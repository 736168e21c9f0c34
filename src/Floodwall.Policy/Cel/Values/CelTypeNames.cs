using System.Collections.Frozen;

namespace Floodwall.Policy.Cel;

/// <summary>The names of the language's types, as langdef.md ("Values") and the optional-types extension have them.</summary>
public static class CelTypeNames
{
    /// <summary>The type of <c>null</c>.</summary>
    public const string Null = "null_type";

    /// <summary><c>bool</c>.</summary>
    public const string Bool = "bool";

    /// <summary><c>int</c>.</summary>
    public const string Int = "int";

    /// <summary><c>uint</c>.</summary>
    public const string Uint = "uint";

    /// <summary><c>double</c>.</summary>
    public const string Double = "double";

    /// <summary><c>string</c>.</summary>
    public const string String = "string";

    /// <summary><c>bytes</c>.</summary>
    public const string Bytes = "bytes";

    /// <summary><c>list</c>.</summary>
    public const string List = "list";

    /// <summary><c>map</c>.</summary>
    public const string Map = "map";

    /// <summary>The type of types.</summary>
    public const string Type = "type";

    /// <summary>The type of optional values.</summary>
    public const string Optional = "optional_type";

    /// <summary>The type of durations.</summary>
    public const string Duration = "google.protobuf.Duration";

    /// <summary>The type of timestamps.</summary>
    public const string Timestamp = "google.protobuf.Timestamp";

    /// <summary>All of them as values, by the name that denotes each in an expression.</summary>
    internal static FrozenDictionary<string, CelTypeValue> Denotations { get; } =
        ((string[])[Null, Bool, Int, Uint, Double, String, Bytes, List, Map, Type, Optional, Duration, Timestamp])
            .ToFrozenDictionary(name => name, name => new CelTypeValue(name), StringComparer.Ordinal);
}
