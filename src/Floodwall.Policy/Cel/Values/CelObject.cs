namespace Floodwall.Policy.Cel;

/// <summary>An embedder's object as a value.</summary>
public sealed class CelObject : CelValue
{
    /// <summary>Wraps it.</summary>
    public CelObject(ICelObject value) => Value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The object.</summary>
    public ICelObject Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Object;

    /// <inheritdoc/>
    public override string TypeName => Value.TypeName;
}
