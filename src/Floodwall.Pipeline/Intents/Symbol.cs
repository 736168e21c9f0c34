namespace Floodwall.Pipeline;

/// <summary>
/// A name as the hot path carries it: an index into a <see cref="SymbolTable"/>. Equal symbols of one table are equal names.
/// </summary>
/// <param name="Id">0 for "no name"; otherwise 1 … the table's capacity.</param>
public readonly record struct Symbol(uint Id)
{
    /// <summary>The absence of a name.</summary>
    public static Symbol None => default;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Id == 0;

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "-" : $"#{Id}";
}
