using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>
/// A bundle that is tried without a wall: judged as a gate would judge it, and explained. Each intent is judged by itself: exemptions are
/// never used up. For tools and tests; one thread at a time.
/// </summary>
public sealed class PolicyTrial
{
    private readonly BundleExplainer _explainer;
    private readonly GateContext _context;
    private readonly GateStage _gate;
    private readonly List<Verdict> _each = [];

    private PolicyTrial(BundlePolicy policy, GateContext context)
    {
        Policy = policy;
        _context = context;
        _gate = new GateStage([policy], context);
        _explainer = new BundleExplainer(new ReferenceJudge(policy, context), policy.Live.Exemptions, context.Uses.Of);
    }

    /// <summary>The bundle as a policy of the gate.</summary>
    public BundlePolicy Policy { get; }

    /// <summary>Checks a bundle and attaches it to names and facts.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="context">Names and facts; whoever tries several bundles on the same intents shares one. Facts may change between calls.</param>
    /// <param name="diagnostics">What is wrong with the conditions, at its place in the file.</param>
    /// <param name="candidate">A bundle that is tried beside it and decides nothing; null for none.</param>
    /// <returns>Null where a condition is wrong.</returns>
    public static PolicyTrial? TryCreate(
        PolicyBundle bundle, GateContext context, out IReadOnlyList<PolicyDiagnostic> diagnostics, PolicyBundle? candidate = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(context);
        BundlePolicy? policy = BundlePolicy.TryCreate(bundle, context.Vocabulary, out diagnostics);
        policy = candidate is null ? policy : policy?.WithCandidate(candidate, out diagnostics);
        return policy is null ? null : new PolicyTrial(policy, context);
    }

    /// <summary>The same bundle with other facts, without checking it again. This trial must not be used any more.</summary>
    /// <param name="facts">The facts from here on.</param>
    public PolicyTrial With(FactTable facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new PolicyTrial(Policy, _context with { Facts = facts });
    }

    /// <summary>What the bundle says of an intent.</summary>
    /// <param name="intent">The intent, its names of the context's vocabulary.</param>
    /// <param name="tick">The clock.</param>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        _each.Clear();
        return _gate.Explain(in intent, tick, _each);
    }

    /// <summary>
    /// Every rule about an intent, clause by clause, and the one that decides; every exemption and what it does; what is observed beside
    /// them. Slow; for people.
    /// </summary>
    /// <param name="intent">The intent, its names of the context's vocabulary.</param>
    /// <param name="tick">The clock.</param>
    public PolicyExplanation Explain(in Intent intent, ulong tick) => _explainer.Explain(in intent, tick);
}
