namespace Floodwall.Policy.Cel;

/// <summary>A value that may be missing.</summary>
public sealed class CelOptional : CelValue
{
    private CelOptional(CelValue? value) => Value = value;

    /// <summary><c>optional.none()</c>.</summary>
    public static CelOptional None { get; } = new(null);

    /// <summary>The value; null where there is none.</summary>
    public CelValue? Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Optional;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Optional;

    /// <inheritdoc/>
    public override int Depth => 1 + (Value?.Depth ?? 0);

    /// <inheritdoc/>
    public override long Weight => CelWeight.Sum(1, Value?.Weight ?? 0);

    /// <summary><c>optional.of(value)</c>.</summary>
    /// <exception cref="ArgumentException">It is an error or an unknown.</exception>
    public static CelOptional Some(CelValue value)
    {
        CelWeight.RequireValue(value);
        return new CelOptional(value);
    }
}
