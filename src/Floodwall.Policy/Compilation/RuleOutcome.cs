using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>What a rule says when it speaks. Pure integer arithmetic but for reading the pool's utilization.</summary>
internal sealed class RuleOutcome
{
    /// <summary>A reason's detail where the rule spoke because its condition is unknown.</summary>
    public const byte BecauseUnknown = 1;

    private const long Whole = ShapeParameters.FactorScale;
    private const int ExponentialSteps = 10;

    private readonly RuleDocument _rule;
    private readonly RuleId _id;
    private readonly Symbol _switchTo;
    private readonly DoubleLookup<FactLookup> _utilization;
    private readonly IntLookup<FactLookup> _reset;

    /// <param name="rule">The rule.</param>
    /// <param name="context">The tables.</param>
    /// <param name="staleAfter">Ticks after which a fact counts no more; 0 for never.</param>
    public RuleOutcome(PolicyRule rule, GateContext context, ulong staleAfter)
    {
        SymbolTable symbols = context.Vocabulary.Symbols;
        _rule = rule.Document;
        _id = rule.Id;
        _switchTo = _rule.SwitchTo is { } identity ? symbols.Intern(identity) : Symbol.None;
        FactSubject pool = new(FactKind.Pool, context);
        _utilization = new DoubleLookup<FactLookup>(new FactLookup(pool, symbols.Intern("utilization"), staleAfter));
        _reset = new IntLookup<FactLookup>(new FactLookup(pool, symbols.Intern("reset_tick"), staleAfter));
    }

    /// <summary>The kind of what it says.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="unknown">Whether its condition is unknown, not true.</param>
    public static VerdictKind KindOf(RuleDocument rule, bool unknown) => (unknown, rule.OnUnknown) switch
    {
        (true, UnknownHandling.Deny) => VerdictKind.Reject,
        (true, UnknownHandling.Defer) => VerdictKind.Defer,
        _ => rule.Decision,
    };

    /// <summary>The verdict for an intent.</summary>
    public Verdict Speak(in JudgeInput input, bool unknown)
    {
        byte detail = unknown ? BecauseUnknown : (byte)0;
        return KindOf(_rule, unknown) switch
        {
            VerdictKind.Admit => Verdict.Admit,
            VerdictKind.Shape => Verdict.Shape(Wait(_rule.Shape!, Pressure(in input)), _id, detail),
            VerdictKind.Defer => Verdict.Defer(_id, Until(in input), detail),
            VerdictKind.RequireApproval => Verdict.RequireApproval(_id, detail),
            VerdictKind.Switch => Verdict.Switch(_switchTo, _id, detail),
            _ => Verdict.Reject(_id, detail),
        };
    }

    /// <summary>A wait in ticks, from the basic wait to the cap. Every multiplication is rounded up to a whole tick by itself.</summary>
    /// <param name="shape">The parameters.</param>
    /// <param name="pressure">How full the pool is, in millionths: 0 to 10^6.</param>
    public static ulong Wait(ShapeParameters shape, long pressure)
    {
        UInt128 wait = shape.WaitTicks;
        UInt128 cap = shape.MaxWaitTicks;
        switch (shape.Algorithm)
        {
            case ShapeAlgorithm.Linear:
                wait = DivideUp(DivideUp(wait * (UInt128)shape.FactorMicros, (UInt128)Whole) * (UInt128)pressure, (UInt128)Whole);
                break;
            case ShapeAlgorithm.Exponential:
                for (long step = pressure * ExponentialSteps / Whole; step > 0 && wait < cap; step--)
                {
                    wait = DivideUp(wait * (UInt128)shape.FactorMicros, (UInt128)Whole);
                }

                break;
            default:
                break;
        }

        return (ulong)UInt128.Clamp(wait, shape.WaitTicks, cap);
    }

    private static UInt128 DivideUp(UInt128 value, UInt128 by) => (value + by - 1) / by;

    // What is not known is taken at its worst.
    private long Pressure(in JudgeInput input)
    {
        double utilization = _utilization.TryEvaluate(in input, out double read) ? read : 1;
        return (long)(Math.Clamp(utilization, 0, 1) * Whole);
    }

    private ulong Until(in JudgeInput input)
    {
        DeferParameters? defer = _rule.Defer;
        switch (defer?.Until)
        {
            case DeferUntil.Delay:
                return defer.Ticks > ulong.MaxValue - input.Tick ? ulong.MaxValue : input.Tick + defer.Ticks;
            case DeferUntil.Tick:
                return defer.Ticks;
            case DeferUntil.Reset:
                return _reset.TryEvaluate(in input, out long reset) && reset > 0 && (ulong)reset > input.Tick ? (ulong)reset : 0;
            default:
                return 0;
        }
    }
}
