using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>A gate's composition as the ledger states it.</summary>
/// <param name="Address">SHA-256 of its bytes (<see cref="GateComposition"/>): equal gates have equal ones.</param>
/// <param name="Policies">The policies, in the order in which they speak.</param>
public sealed record RecordedGate(Hash256 Address, IReadOnlyList<PolicyText> Policies);

/// <summary>
/// Puts the gate's compositions together, fed a ledger's entries in order: each decision was judged by the latest one before it.
/// </summary>
public sealed class GateReader
{
    private readonly PartReader _parts = new(GateComposition.MaxBytes);

    /// <summary>The latest composition that is whole; null before the first.</summary>
    public RecordedGate? Current { get; private set; }

    /// <summary>The bytes of <see cref="Current"/>; until the next entry.</summary>
    internal ReadOnlySpan<byte> Content => _parts.Content;

    /// <summary>Takes in one entry; entries of other kinds change nothing but that a composition breaks off.</summary>
    /// <param name="kind">The entry's kind.</param>
    /// <param name="payload">The entry's payload.</param>
    /// <param name="changed">Whether this entry made another composition whole.</param>
    /// <returns>Null, or what is wrong with the entry.</returns>
    public string? Observe(byte kind, ReadOnlySpan<byte> payload, out bool changed)
    {
        changed = false;
        if (kind != WallEntryKinds.Gate)
        {
            // The ledger's own entries may stand between the parts.
            if (kind >= Ledger.LedgerLimits.FirstCallerKind)
            {
                _parts.Break();
            }

            return null;
        }

        string? fault = _parts.Add(payload, out changed);
        if (fault is not null || !changed)
        {
            return fault;
        }

        changed = false;
        if (GateComposition.Decode(_parts.Content, out IReadOnlyList<PolicyText> policies) is { } malformed)
        {
            return malformed;
        }

        Current = new RecordedGate(GateComposition.AddressOfBytes(_parts.Content), policies);
        changed = true;
        return null;
    }
}
