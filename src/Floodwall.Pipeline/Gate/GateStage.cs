using System.Runtime.CompilerServices;

namespace Floodwall.Pipeline;

/// <summary>
/// The gate: every policy in turn, combined deny-overrides in the order of <see cref="VerdictKind"/>. An empty gate admits.
/// </summary>
/// <remarks>Stateless between calls; one thread at a time, because policies may be single-threaded.</remarks>
public sealed class GateStage
{
    /// <summary>The most policies: a faulty one is named by a byte. Many rules belong in one policy.</summary>
    public const int MaxPolicies = 256;

    private readonly IPolicy[] _policies;

    // Bound to their policies once: an interface call that meets several types in turn looks the method up anew each time.
    private readonly PolicyCall[] _calls;
    private readonly RuleId _fault;

    /// <param name="policies">In the order in which they speak.</param>
    /// <param name="rules">The table that holds <see cref="RuleTable.PolicyFault"/>.</param>
    /// <exception cref="ArgumentException">A policy is null, or there are more than 256.</exception>
    public GateStage(IEnumerable<IPolicy> policies, RuleTable rules)
    {
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(rules);
        _policies = [.. policies];
        _fault = rules.PolicyFault;
        if (_policies.Length > MaxPolicies || Array.IndexOf(_policies, null) >= 0)
        {
            throw new ArgumentException($"Expected at most {MaxPolicies} policies and none null; got {_policies.Length}.", nameof(policies));
        }

        _calls = [.. _policies.Select(policy => (PolicyCall)policy.Judge)];
    }

    private delegate Verdict PolicyCall(in Intent intent, ulong tick);

    /// <summary>The number of policies.</summary>
    public int Count => _policies.Length;

    /// <summary>The policies, in the order in which they speak.</summary>
    internal IReadOnlyList<IPolicy> Policies => _policies;

    /// <summary>Intents rejected because a policy threw.</summary>
    public ulong Faults { get; private set; }

    /// <summary>What a policy threw last.</summary>
    public Exception? LastException { get; private set; }

    /// <summary>The combined verdict. Stops at the first Reject: nothing is harsher, and the first one gives the reason.</summary>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        Verdict verdict = Verdict.Admit;
        int i = 0;
        try
        {
            PolicyCall[] calls = _calls;
            for (; i < calls.Length; i++)
            {
                Verdict one = calls[i](in intent, tick);
                if (one.Kind == VerdictKind.Admit)
                {
                    continue;
                }

                verdict = verdict.Combine(one);
                if (verdict.Kind >= VerdictKind.Reject)
                {
                    break;
                }
            }
        }
#pragma warning disable CA1031 // a policy is the embedder's code: whatever it throws, the intent is rejected and the wall goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fault(i, exception);
        }

        return verdict;
    }

    /// <summary>Every policy's own verdict, in order, and the combined one. Nothing is skipped.</summary>
    public Verdict Explain(in Intent intent, ulong tick, IList<Verdict> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        Verdict verdict = Verdict.Admit;
        for (int i = 0; i < _policies.Length; i++)
        {
            Verdict one;
            try
            {
                one = _policies[i].Judge(in intent, tick);
            }
#pragma warning disable CA1031 // as in Judge
            catch (Exception exception)
#pragma warning restore CA1031
            {
                one = Fault(i, exception);
            }

            each.Add(one);
            verdict = verdict.Combine(one);
        }

        return verdict;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Verdict Fault(int policy, Exception exception)
    {
        Faults++;
        LastException = exception;
        return Verdict.Reject(_fault, (byte)policy);
    }
}
