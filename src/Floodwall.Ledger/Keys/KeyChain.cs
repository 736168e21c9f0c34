using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>The keys that were in force in a ledger, one after the other: the one the genesis entry states, then each that a key entry hands over to.</summary>
internal sealed class KeyChain
{
    private readonly List<Tenure> _tenures;

    /// <summary>A ledger whose keys never changed.</summary>
    public KeyChain(VerifierKey genesis) => _tenures = [new Tenure(0, genesis)];

    private KeyChain(IEnumerable<Tenure> tenures) => _tenures = [.. tenures];

    /// <summary>The key at the end of what was read.</summary>
    public VerifierKey Current => _tenures[^1].Key;

    /// <summary>Every key, oldest first.</summary>
    public IEnumerable<VerifierKey> Keys => _tenures.Select(tenure => tenure.Key);

    /// <summary>How often the key changed.</summary>
    public int Rotations => _tenures.Count - 1;

    /// <summary>The origin: every key has the name of the first.</summary>
    private string Origin => _tenures[0].Key.Name;

    /// <summary>The key that signs a checkpoint over that many entries: the last one stated by an entry that it covers.</summary>
    public VerifierKey At(ulong size) => TenureAt(size).Key;

    /// <summary>Index of the entry that stated the key of <see cref="At"/>.</summary>
    public ulong StatedAt(ulong size) => TenureAt(size).Entry;

    /// <summary>Whether a key was ever in force up to that size.</summary>
    public bool Contains(VerifierKey key, ulong size) =>
        _tenures.Exists(tenure => (tenure.Entry < size || tenure.Entry == 0) && Same(tenure.Key, key));

    /// <summary>Takes in a key entry; null where it is good, else what is wrong, and nothing changed.</summary>
    public string? Apply(ulong index, ReadOnlySpan<byte> payload)
    {
        if (!KeyEntry.TryDecode(payload, out KeyEntry? entry, out string? problem))
        {
            return problem;
        }

        if (_tenures.Exists(tenure => Same(tenure.Key, entry.NewKey)))
        {
            return $"the key {entry.NewKey} was in force before; a key does not come back";
        }

        problem = entry.Check(Origin, index, Current);
        if (problem is null)
        {
            _tenures.Add(new Tenure(index, entry.NewKey));
        }

        return problem;
    }

    /// <summary>An independent copy.</summary>
    public KeyChain Clone() => new(_tenures);

    public static bool Same(VerifierKey one, VerifierKey other) =>
        one.Name == other.Name && one.PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    private Tenure TenureAt(ulong size)
    {
        int at = _tenures.Count - 1;
        while (at > 0 && _tenures[at].Entry >= size)
        {
            at--;
        }

        return _tenures[at];
    }

    private readonly record struct Tenure(ulong Entry, VerifierKey Key);
}
