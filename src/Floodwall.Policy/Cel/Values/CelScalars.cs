namespace Floodwall.Policy.Cel;

/// <summary><c>null</c>.</summary>
public sealed class CelNull : CelValue
{
    private CelNull()
    {
    }

    /// <summary>The only one.</summary>
    public static CelNull Instance { get; } = new();

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Null;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Null;
}

/// <summary>A bool.</summary>
public sealed class CelBool : CelValue
{
    private CelBool(bool value) => Value = value;

    /// <summary><c>true</c>.</summary>
    public static CelBool True { get; } = new(true);

    /// <summary><c>false</c>.</summary>
    public static CelBool False { get; } = new(false);

    /// <summary>Which.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Bool;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Bool;
}

/// <summary>An int.</summary>
public sealed class CelInt : CelValue
{
    /// <summary>Wraps it.</summary>
    public CelInt(long value) => Value = value;

    /// <summary>The number.</summary>
    public long Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Int;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Int;
}

/// <summary>A uint.</summary>
public sealed class CelUint : CelValue
{
    /// <summary>Wraps it.</summary>
    public CelUint(ulong value) => Value = value;

    /// <summary>The number.</summary>
    public ulong Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Uint;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Uint;
}

/// <summary>A double.</summary>
public sealed class CelDouble : CelValue
{
    /// <summary>Wraps it.</summary>
    public CelDouble(double value) => Value = value;

    /// <summary>The number; may be NaN or infinite.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Double;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Double;
}

/// <summary>A string. The language counts and orders by Unicode code points; the text is kept as UTF-16.</summary>
public sealed class CelString : CelValue
{
    /// <summary>Wraps it.</summary>
    public CelString(string value) => Value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.String;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.String;

    /// <inheritdoc/>
    public override long Weight => 1 + (Value.Length / CelText.CharsPerStep);
}

/// <summary>Bytes.</summary>
public sealed class CelBytes : CelValue
{
    private readonly byte[] _bytes;

    /// <summary>Copies them.</summary>
    public CelBytes(ReadOnlySpan<byte> value) => _bytes = value.ToArray();

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Bytes;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Bytes;

    /// <inheritdoc/>
    public override long Weight => 1 + (_bytes.Length / CelText.CharsPerStep);
}
