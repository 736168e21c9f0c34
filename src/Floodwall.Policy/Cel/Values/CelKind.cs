namespace Floodwall.Policy.Cel;

/// <summary>What a <see cref="CelValue"/> is. The last two are outcomes of an evaluation that no expression can hold in a list or map.</summary>
public enum CelKind
{
    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
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

    /// <summary>A span of time.</summary>
    Duration,

    /// <summary>An instant.</summary>
    Timestamp,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A type as a value.</summary>
    Type,

    /// <summary>A value that may be missing.</summary>
    Optional,

    /// <summary>A value with declared fields, provided by the embedder.</summary>
    Object,

    /// <summary>The evaluation failed.</summary>
    Error,

    /// <summary>The evaluation needed data that are not there yet.</summary>
    Unknown,
}
