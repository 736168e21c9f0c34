namespace Floodwall.Pipeline;

/// <summary>
/// A policy that can say in text what it is, so that the ledger records it and a replay can make it again and judge anew.
/// </summary>
public interface IDescribedPolicy : IPolicy
{
    /// <summary>
    /// One canonical text: a name, and where the policy has settings, a space and JSON that holds all of them. The same text always
    /// means the same judgement; whoever changes a policy's judgement changes its name. See <see cref="PolicyCatalog"/>.
    /// </summary>
    string Description { get; }
}
