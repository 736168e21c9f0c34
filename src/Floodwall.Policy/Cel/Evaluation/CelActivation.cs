using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Policy.Cel;

/// <summary>Variables from a dictionary.</summary>
public sealed class CelActivation : ICelActivation
{
    private readonly FrozenDictionary<string, CelValue> _variables;

    /// <summary>These variables.</summary>
    public CelActivation(IEnumerable<KeyValuePair<string, CelValue>> variables) =>
        _variables = variables.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No variables.</summary>
    public static CelActivation Empty { get; } = new([]);

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out CelValue? value) => _variables.TryGetValue(name, out value);
}
