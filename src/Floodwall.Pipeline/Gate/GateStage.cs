using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Floodwall.Pipeline;

/// <summary>
/// The gate: every policy in turn, combined deny-overrides in the order of <see cref="VerdictKind"/>. An empty gate admits.
/// </summary>
/// <remarks>Changes only by facts and swaps; one thread at a time, because policies may be single-threaded.</remarks>
public sealed class GateStage
{
    /// <summary>The most policies: a faulty one is named by a byte. Many rules belong in one policy.</summary>
    public const int MaxPolicies = 256;

    private IPolicy[] _policies;

    // Bound to their policies once: an interface call that meets several types in turn looks the method up anew each time.
    private PolicyCall[] _calls;
    private readonly RuleId _fault;
    private readonly GateContext? _context;
    private readonly GateNotes _notes;

    /// <summary>A gate whose policies look at nothing but intents.</summary>
    /// <param name="policies">In the order in which they speak.</param>
    /// <param name="rules">The table that holds <see cref="RuleTable.PolicyFault"/>.</param>
    /// <exception cref="ArgumentException">A policy is null or an <see cref="IContextPolicy"/>, or there are more than 256.</exception>
    public GateStage(IEnumerable<IPolicy> policies, RuleTable rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _policies = Checked(policies, context: null);
        _calls = Bind(_policies);
        _fault = rules.PolicyFault;
        _notes = new GateNotes();
    }

    /// <param name="policies">In the order in which they speak.</param>
    /// <param name="context">What policies may look at; it is attached to those that want it.</param>
    /// <exception cref="ArgumentException">A policy is null, or there are more than 256.</exception>
    public GateStage(IEnumerable<IPolicy> policies, GateContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _policies = Checked(policies, context);
        _calls = Bind(_policies);
        _fault = context.Vocabulary.Rules.PolicyFault;
        _context = context;
        _notes = context.Notes;
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

    /// <summary>What goes on record beside the latest verdict of <see cref="Judge"/>.</summary>
    public ref readonly GateNoteSet Notes => ref _notes.Settled;

    /// <summary>
    /// The combined verdict. Stops at the first Reject: nothing is harsher, and the first one gives the reason. Policies behind it are not
    /// asked, so they have nothing noted either.
    /// </summary>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        Debug.Assert(_calls.Length == _policies.Length, "another gate judges than the one on record");
        _notes.Begin();
        Verdict verdict = Verdict.Admit;
        int i = 0;
        try
        {
            // A place in the code for each of the first three: what is mostly called from one place, the runtime inlines there. Three seed
            // policies in a loop took 10.4 ns, and 4.9 so; it takes that from its own profile, and calls through the delegate where there is
            // none (docs/decisions/0010).
            PolicyCall[] calls = _calls;
            bool settled = calls.Length > 0 && IsSettled(ref verdict, calls[0](in intent, tick));
            i = 1;
            if (i < calls.Length && !settled)
            {
                settled = IsSettled(ref verdict, calls[1](in intent, tick));
            }

            i = 2;
            if (i < calls.Length && !settled)
            {
                settled = IsSettled(ref verdict, calls[2](in intent, tick));
            }

            for (i = 3; i < calls.Length && !settled; i++)
            {
                settled = IsSettled(ref verdict, calls[i](in intent, tick));
            }
        }
#pragma warning disable CA1031 // a policy is the embedder's code: whatever it throws, the intent is rejected and the wall goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            verdict = Fault(i, exception);
        }

        if (!_notes.IsEmpty)
        {
            Settle(verdict);
        }

        return verdict;
    }

    /// <summary>The swaps on their way to this gate.</summary>
    internal SwapTable Swaps { get; } = new();

    /// <summary>The policies of a swap judge from here on.</summary>
    internal void Swap(uint ticket)
    {
        _policies = Swaps[ticket].Policies;
        _calls = Bind(_policies);
    }

    /// <summary>Policies judge with this fact from here on. Nothing to do in a gate without a context.</summary>
    internal void Accept(in Fact fact) => _context?.Facts.Set(in fact);

    /// <summary>Every policy's own verdict, in order, and the combined one. Nothing is skipped.</summary>
    public Verdict Explain(in Intent intent, ulong tick, IList<Verdict> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        _notes.Begin();
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

        // Explaining uses nothing up.
        _notes.Begin();
        return verdict;
    }

    /// <summary>Copies and checks policies, and attaches the context to those that want it.</summary>
    /// <exception cref="ArgumentException">See the constructors.</exception>
    internal static IPolicy[] Checked(IEnumerable<IPolicy> policies, GateContext? context)
    {
        ArgumentNullException.ThrowIfNull(policies);
        IPolicy[] all = [.. policies];
        if (all.Length > MaxPolicies || Array.IndexOf(all, null) >= 0)
        {
            throw new ArgumentException($"Expected at most {MaxPolicies} policies and none null; got {all.Length}.", nameof(policies));
        }

        foreach (IContextPolicy policy in all.OfType<IContextPolicy>())
        {
            policy.Attach(context ?? throw new ArgumentException($"{policy.GetType().Name} looks at facts; its gate needs a context.", nameof(policies)));
        }

        return all;
    }

    // Takes one policy's verdict in; true once nothing can be harsher.
    private static bool IsSettled(ref Verdict verdict, Verdict one)
    {
        if (one.Kind == VerdictKind.Admit)
        {
            return false;
        }

        verdict = Combine(verdict, one);
        return verdict.Kind >= VerdictKind.Reject;
    }

    private static PolicyCall[] Bind(IPolicy[] policies) => [.. policies.Select(policy => (PolicyCall)policy.Judge)];

    // By value, here and below: a verdict whose address is taken lives in memory, and most of them are Admit.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Verdict Combine(Verdict earlier, Verdict later) => earlier.Combine(in later);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Settle(Verdict verdict)
    {
        _notes.Settle(in verdict);
        if (_notes.Settled.Of(GateNoteKind.Exempted) is { Kind: not GateNoteKind.None } exempted)
        {
            _context?.Uses.Add(exempted.Exemption, 1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Verdict Fault(int policy, Exception exception)
    {
        Faults++;
        LastException = exception;
        return Verdict.Reject(_fault, (byte)policy);
    }
}
