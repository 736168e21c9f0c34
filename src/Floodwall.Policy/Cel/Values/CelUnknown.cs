using System.Collections.Immutable;

namespace Floodwall.Policy.Cel;

/// <summary>An evaluation needed data that are not there yet.</summary>
public sealed class CelUnknown : CelValue
{
    /// <summary>The data of these names are missing.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public CelUnknown(params IEnumerable<string> names)
    {
        Names = ImmutableSortedSet.CreateRange(StringComparer.Ordinal, names);
        if (Names.IsEmpty)
        {
            throw new ArgumentException("an unknown names what is missing", nameof(names));
        }
    }

    /// <summary>What is missing, such as <c>risk.score</c>.</summary>
    public ImmutableSortedSet<string> Names { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Unknown;

    /// <summary>No type of the language: <c>unknown</c>.</summary>
    public override string TypeName => "unknown";

    /// <summary>What is missing from either.</summary>
    public CelUnknown And(CelUnknown? other) => other is null || other.Names.IsSubsetOf(Names) ? this : new CelUnknown(Names.Union(other.Names));
}
