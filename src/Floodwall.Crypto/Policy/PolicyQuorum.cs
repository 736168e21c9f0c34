namespace Floodwall.Crypto;

/// <summary>
/// A quorum: a witness, or <paramref name="Threshold"/> of <paramref name="Members"/>. Trees of these are built from the leaves up, so
/// there are no circles; no witness stands in one twice.
/// </summary>
/// <param name="Name">The name that the policy gives it.</param>
/// <param name="Witness">The witness that must have cosigned; null for a group.</param>
/// <param name="Threshold">How many members are enough; 1 to their number.</param>
/// <param name="Members">The group's members; empty for a witness.</param>
internal sealed record PolicyQuorum(string Name, PolicyWitness? Witness, int Threshold, IReadOnlyList<PolicyQuorum> Members)
{
    /// <summary>Whether the witnesses that cosigned are enough.</summary>
    public bool IsMetBy(IReadOnlySet<PolicyWitness> cosigned) =>
        Witness is not null ? cosigned.Contains(Witness) : Members.Count(member => member.IsMetBy(cosigned)) >= Threshold;

    /// <summary>What is asked for, as in "2 of (a, b, 1 of (c, d))".</summary>
    public string Describe() =>
        Witness is not null ? Name : $"{Threshold} of ({string.Join(", ", Members.Select(member => member.Describe()))})";
}
