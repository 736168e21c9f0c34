using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>A composition that a gate had.</summary>
/// <param name="Address">Its content address, see <see cref="GateComposition"/>: the policy snapshot that decisions are judged by.</param>
/// <param name="EntryIndex">The ledger entry that completes it; it judged the decisions behind that, up to the next one.</param>
/// <param name="Tick">The tick at which it was swapped in; null where a wall opened with it.</param>
/// <param name="Reason">Why it was swapped in; null where a wall opened with it.</param>
/// <param name="Policies">The policies, in the order in which they speak.</param>
public sealed record PolicySnapshot(Hash256 Address, ulong EntryIndex, ulong? Tick, string? Reason, IReadOnlyList<PolicyText> Policies);

/// <summary>
/// The compositions that a ledger's gates had, in full, and policies made from them again. Rolling back is swapping these in, with
/// <see cref="RollbackReason"/>.
/// </summary>
public sealed class PolicySnapshots
{
    /// <summary>The longest texts of different compositions together, in characters.</summary>
    public const long MaxCharacters = 256 << 20;

    private PolicySnapshots(IReadOnlyList<PolicySnapshot> all) => All = all;

    /// <summary>All of them, in the order of the ledger; one that came back stands there again.</summary>
    public IReadOnlyList<PolicySnapshot> All { get; }

    /// <summary>The latest one; null where no gate is on record.</summary>
    public PolicySnapshot? Current => All.Count == 0 ? null : All[^1];

    /// <summary>Reads the compositions of a ledger, also of one that a wall is writing. Checks no signature.</summary>
    /// <exception cref="LedgerCorruptException">
    /// There is no ledger, an entry is none that a wall writes, or the texts exceed <see cref="MaxCharacters"/>; the message names it.
    /// </exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static PolicySnapshots Read(string ledgerDirectory)
    {
        List<PolicySnapshot> all = [];
        Dictionary<Hash256, IReadOnlyList<PolicyText>> texts = [];
        GateReader gates = new();
        long characters = 0;
        using EntryCursor cursor = LedgerReader.Open(ledgerDirectory).ReadFrom(0);
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            string? fault = gates.Observe(entry.Kind, entry.Payload, out bool changed);
            if (changed && gates.Current is { } gate)
            {
                // Equal compositions share their texts, so that going to and fro costs no memory.
                if (texts.TryAdd(gate.Address, gate.Policies))
                {
                    characters += gate.Policies.Sum(policy => (long)policy.Text.Length);
                    fault ??= characters > MaxCharacters ? $"the texts of the gate's compositions exceed {MaxCharacters} characters" : null;
                }

                all.Add(new PolicySnapshot(gate.Address, entry.Index, null, null, texts[gate.Address]));
            }
            else if (entry.Kind == WallEntryKinds.GateChange)
            {
                fault = GateChangeEntry.Read(entry.Payload, out ulong tick, out Hash256 address, out string reason);
                if (fault is null && all.Count != 0 && all[^1].Address == address)
                {
                    all[^1] = all[^1] with { Tick = tick, Reason = reason };
                }
            }

            if (fault is not null)
            {
                throw new LedgerCorruptException($"{ledgerDirectory}: entry {entry.Index}: {fault}.", entry.Index);
            }
        }

        return new PolicySnapshots(all);
    }

    /// <summary>The latest snapshot of an address; null where there is none.</summary>
    public PolicySnapshot? Find(Hash256 address) => All.LastOrDefault(snapshot => snapshot.Address == address);

    /// <summary>Makes the policies of a snapshot again. As they are described, so they judge; their composition has the same address.</summary>
    /// <param name="address">The snapshot's address.</param>
    /// <param name="catalog">Makes policies from their descriptions.</param>
    /// <param name="vocabulary">The names of the wall that is to have them.</param>
    /// <exception cref="ArgumentException">No snapshot has that address.</exception>
    /// <exception cref="FormatException">A policy has no description, or the catalogue cannot make it; the message says which and why.</exception>
    public IReadOnlyList<IPolicy> Restore(Hash256 address, PolicyCatalog catalog, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        PolicySnapshot snapshot = Find(address)
            ?? throw new ArgumentException($"Expected the address of a policy snapshot in this ledger, got {address.ToHex()}.", nameof(address));
        List<IPolicy> policies = [];
        foreach (PolicyText text in snapshot.Policies)
        {
            IPolicy? policy = null;
            string? fault = text.IsDescribed ? catalog.TryMake(text.Text, vocabulary, out policy) : $"{text.Text} has no description";
            policies.Add(policy ?? throw new FormatException(
                $"Policy {policies.Count} of {snapshot.Policies.Count} in snapshot {address.ToHex()} cannot be made again: {fault}."));
        }

        return policies;
    }

    /// <summary>The reason of a swap that goes back to a snapshot.</summary>
    /// <param name="address">The snapshot's address.</param>
    /// <param name="why">Why, up to 900 bytes; null where none is stated.</param>
    public static string RollbackReason(Hash256 address, string? why = null) =>
        why is null ? $"rollback to {address.ToHex()}" : $"rollback to {address.ToHex()}: {why}";
}
