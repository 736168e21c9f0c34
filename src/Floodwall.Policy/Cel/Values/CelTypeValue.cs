namespace Floodwall.Policy.Cel;

/// <summary>A type as a value: what <c>type(x)</c> gives, and what names such as <c>int</c> stand for.</summary>
public sealed class CelTypeValue : CelValue
{
    /// <summary>The type of this name.</summary>
    public CelTypeValue(string name) => Name = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The type's name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Type;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Type;
}
