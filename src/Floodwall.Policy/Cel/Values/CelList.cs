using System.Collections.Immutable;

namespace Floodwall.Policy.Cel;

/// <summary>A list of values of any kinds.</summary>
public sealed class CelList : CelValue
{
    /// <summary>A list of these.</summary>
    /// <exception cref="ArgumentException">An element is an error or an unknown.</exception>
    public CelList(IEnumerable<CelValue> elements)
    {
        Elements = [.. elements];
        long weight = 1;
        int depth = 0;
        foreach (CelValue element in Elements)
        {
            CelWeight.RequireValue(element);
            weight = CelWeight.Sum(weight, element.Weight);
            depth = Math.Max(depth, element.Depth);
        }

        Weight = weight;
        Depth = depth + 1;
    }

    /// <summary><c>[]</c>.</summary>
    public static CelList Empty { get; } = new([]);

    /// <summary>The elements.</summary>
    public ImmutableArray<CelValue> Elements { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.List;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.List;

    /// <inheritdoc/>
    public override int Depth { get; }

    /// <inheritdoc/>
    public override long Weight { get; }
}
