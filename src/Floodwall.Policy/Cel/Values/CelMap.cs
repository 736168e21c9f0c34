using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Policy.Cel;

/// <summary>
/// A map from bools, ints, uints and strings to values. Its entries stand in one order whatever order they came in (false, true, numbers,
/// strings by code points), so equal maps are walked alike. Numbers of different types are the same key where they are the same number.
/// </summary>
public sealed class CelMap : CelValue
{
    private readonly ImmutableArray<KeyValuePair<CelValue, CelValue>> _entries;

    private CelMap(ImmutableArray<KeyValuePair<CelValue, CelValue>> entries)
    {
        _entries = entries;
        long weight = 1;
        int depth = 0;
        foreach ((CelValue key, CelValue value) in entries)
        {
            weight = CelWeight.Sum(weight, CelWeight.Sum(key.Weight, value.Weight));
            depth = Math.Max(depth, value.Depth);
        }

        Weight = weight;
        Depth = depth + 1;
    }

    /// <summary><c>{}</c>.</summary>
    public static CelMap Empty { get; } = new([]);

    /// <summary>The entries, in the order of their keys.</summary>
    public ImmutableArray<KeyValuePair<CelValue, CelValue>> Entries => _entries;

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Map;

    /// <inheritdoc/>
    public override string TypeName => CelTypeNames.Map;

    /// <inheritdoc/>
    public override int Depth { get; }

    /// <inheritdoc/>
    public override long Weight { get; }

    /// <summary>A map of these entries, or an error: a key of another kind, or a key that comes twice.</summary>
    /// <exception cref="ArgumentException">A value is an error or an unknown.</exception>
    public static CelValue Create(IEnumerable<KeyValuePair<CelValue, CelValue>> entries)
    {
        KeyValuePair<CelValue, CelValue>[] sorted = [.. entries];
        foreach ((CelValue key, CelValue value) in sorted)
        {
            CelWeight.RequireValue(value);
            if (key.Kind is not (CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.String))
            {
                return new CelError(
                    CelErrorKind.InvalidArgument, $"unsupported key type: a map's key is a bool, int, uint or string, not {key.TypeName}");
            }
        }

        Array.Sort(sorted, (left, right) => CelMapKeys.Compare(left.Key, right.Key));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (CelMapKeys.Compare(sorted[i - 1].Key, sorted[i].Key) == 0)
            {
                return new CelError(CelErrorKind.InvalidArgument, $"repeated key: {sorted[i].Key}");
            }
        }

        return new CelMap(ImmutableArray.Create(sorted));
    }

    /// <summary>A map from strings.</summary>
    /// <exception cref="ArgumentException">A key comes twice, or a value is an error or an unknown.</exception>
    public static CelMap OfStrings(IEnumerable<KeyValuePair<string, CelValue>> entries) =>
        Create(entries.Select(entry => KeyValuePair.Create(Of(entry.Key), entry.Value))) as CelMap
            ?? throw new ArgumentException("a key comes twice", nameof(entries));

    /// <summary>
    /// The value of a key. A double finds the key of the same number; a key of a kind that no map has finds none.
    /// </summary>
    public bool TryGet(CelValue key, [NotNullWhen(true)] out CelValue? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        value = null;
        if (!CelMapKeys.CanBeLookedUp(key))
        {
            return false;
        }

        int low = 0;
        int high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = CelMapKeys.Compare(_entries[middle].Key, key);
            if (order == 0)
            {
                value = _entries[middle].Value;
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>The value of a string key.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out CelValue? value) => TryGet(Of(key), out value);
}
