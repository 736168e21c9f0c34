using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>
/// What a policy says, from mildest to harshest. The order is total and the harshest wins: deny overrides.
/// </summary>
public enum VerdictKind : byte
{
    /// <summary>Go ahead.</summary>
    Admit = 0,

    /// <summary>Go ahead, but only after <see cref="Verdict.Argument"/> ticks.</summary>
    Shape = 1,

    /// <summary>Not now; ask again at tick <see cref="Verdict.Argument"/>, or, where that is 0, when the reason has gone.</summary>
    Defer = 2,

    /// <summary>Only with a human's approval.</summary>
    RequireApproval = 3,

    /// <summary>Only under another identity, the symbol in <see cref="Verdict.Argument"/>.</summary>
    Switch = 4,

    /// <summary>No.</summary>
    Reject = 5,
}

/// <summary>A policy's answer about one intent: 16 bytes, no text. <see cref="ReasonText"/> makes the text when somebody reads it.</summary>
public readonly record struct Verdict
{
    private Verdict(VerdictKind kind, RuleId rule, ulong argument, byte detail)
    {
        Debug.Assert(kind <= VerdictKind.Reject, "harsher than any kind there is");
        Argument = argument;
        Rule = rule;
        Kind = kind;
        Detail = detail;
    }

    /// <summary>What belongs to the kind: ticks to wait (Shape), a tick (Defer), a symbol id (Switch), else 0.</summary>
    public ulong Argument { get; }

    /// <summary>The rule that gives the reason; <see cref="RuleId.None"/> with Admit.</summary>
    public RuleId Rule { get; }

    /// <summary>The kind.</summary>
    public VerdictKind Kind { get; }

    /// <summary>A small value for the reason's text, such as the priority that was needed.</summary>
    public byte Detail { get; }

    /// <summary>No objection.</summary>
    public static Verdict Admit => default;

    /// <summary>Admit after a wait.</summary>
    /// <param name="waitTicks">Ticks to wait.</param>
    /// <param name="rule">The rule that gives the reason.</param>
    /// <param name="detail">A small value for the text.</param>
    public static Verdict Shape(ulong waitTicks, RuleId rule, byte detail = 0) => new(VerdictKind.Shape, rule, waitTicks, detail);

    /// <summary>Not now.</summary>
    /// <param name="rule">The rule that gives the reason.</param>
    /// <param name="untilTick">The tick to ask again at; 0 when no tick can be named.</param>
    /// <param name="detail">A small value for the text.</param>
    public static Verdict Defer(RuleId rule, ulong untilTick = 0, byte detail = 0) => new(VerdictKind.Defer, rule, untilTick, detail);

    /// <summary>A human has to approve.</summary>
    /// <param name="rule">The rule that gives the reason.</param>
    /// <param name="detail">A small value for the text.</param>
    public static Verdict RequireApproval(RuleId rule, byte detail = 0) => new(VerdictKind.RequireApproval, rule, 0, detail);

    /// <summary>Another identity has to carry it out.</summary>
    /// <param name="identity">The identity to use.</param>
    /// <param name="rule">The rule that gives the reason.</param>
    /// <param name="detail">A small value for the text.</param>
    public static Verdict Switch(Symbol identity, RuleId rule, byte detail = 0) => new(VerdictKind.Switch, rule, identity.Id, detail);

    /// <summary>No.</summary>
    /// <param name="rule">The rule that gives the reason.</param>
    /// <param name="detail">A small value for the text.</param>
    public static Verdict Reject(RuleId rule, byte detail = 0) => new(VerdictKind.Reject, rule, 0, detail);

    /// <summary>
    /// Two policies' answers as one. The harsher kind wins and the first at that kind keeps its reason; between two waits the
    /// longer one holds, whoever gave the reason, so that no later policy is loosened by an earlier. A Defer without a tick is
    /// longer than any.
    /// </summary>
    public Verdict Combine(in Verdict later)
    {
        if (later.Kind != Kind)
        {
            return later.Kind > Kind ? later : this;
        }

        bool longer = Kind switch
        {
            VerdictKind.Shape => later.Argument > Argument,
            VerdictKind.Defer => Argument != 0 && (later.Argument == 0 || later.Argument > Argument),
            _ => false,
        };
        return longer ? new Verdict(Kind, Rule, later.Argument, Detail) : this;
    }

    /// <summary>Whether it asks for less than another: a milder kind, or a shorter wait of the same kind.</summary>
    public bool IsMilderThan(in Verdict other) =>
        Kind != other.Kind ? Kind < other.Kind : Kind is VerdictKind.Shape or VerdictKind.Defer && Combine(in other).Argument != Argument;

    /// <summary>A verdict from its recorded parts.</summary>
    internal static Verdict FromParts(VerdictKind kind, RuleId rule, ulong argument, byte detail) => new(kind, rule, argument, detail);
}
