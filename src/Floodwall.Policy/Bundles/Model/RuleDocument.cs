using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>A rule: where its condition holds, its decision is proposed.</summary>
public sealed record RuleDocument
{
    /// <summary>Unique in its policy; no slash. <c>POLICY/RULE</c> names it in the bundle.</summary>
    public required string Id { get; init; }

    /// <summary>When it applies.</summary>
    public required RuleCondition Condition { get; init; }

    /// <summary>What it says then.</summary>
    public required VerdictKind Decision { get; init; }

    /// <summary>How long to wait; with <see cref="VerdictKind.Shape"/> and only there.</summary>
    public ShapeParameters? Shape { get; init; }

    /// <summary>Until when; with <see cref="VerdictKind.Defer"/> and only there.</summary>
    public DeferParameters? Defer { get; init; }

    /// <summary>The identity to use; with <see cref="VerdictKind.Switch"/> and only there.</summary>
    public string? SwitchTo { get; init; }

    /// <summary>Higher ones are looked at first; among equals, the order in the file.</summary>
    public int Priority { get; init; }

    /// <summary>The reason's template, with the placeholders of <see cref="ReasonText"/>; null where none is written.</summary>
    public string? Reason { get; init; }

    /// <summary>What it says where the condition is unknown.</summary>
    public UnknownHandling OnUnknown { get; init; }

    /// <summary>Where it stands.</summary>
    public SourcePosition Position { get; init; }
}

/// <summary>How a condition's text is to be parsed.</summary>
public enum ConditionDialect
{
    /// <summary>The Common Expression Language as it is.</summary>
    Cel,

    /// <summary>The same with the words AND, OR and NOT for the operators and a single = for equality.</summary>
    Words,
}

/// <summary>A condition's text, not yet parsed.</summary>
/// <param name="Text">Without white space around it; of a <c>when:</c> or <c>match:</c> map, the CEL text that was made from it.</param>
/// <param name="Dialect">How to parse it.</param>
/// <param name="Origin">Where it stands.</param>
public sealed record RuleCondition(string Text, ConditionDialect Dialect, TextOrigin Origin);

/// <summary>How the wait of a Shape grows.</summary>
public enum ShapeAlgorithm
{
    /// <summary>wait.</summary>
    Fixed,

    /// <summary>wait × factor × u.</summary>
    Linear,

    /// <summary>wait × factor^⌊10 u⌋.</summary>
    Exponential,
}

/// <summary>
/// The wait of a Shape verdict, in ticks, where u is how full the pool is, from 0 to 1; never below the basic wait, never above the
/// cap.
/// </summary>
/// <param name="Algorithm">How it grows.</param>
/// <param name="WaitTicks">The basic wait, at least 1.</param>
/// <param name="FactorMicros">The factor in millionths, so that the wait needs integers alone: 1 to 10^12; 10^6 with fixed.</param>
/// <param name="MaxWaitTicks">The cap, at least <paramref name="WaitTicks"/>.</param>
public sealed record ShapeParameters(ShapeAlgorithm Algorithm, ulong WaitTicks, long FactorMicros, ulong MaxWaitTicks)
{
    /// <summary>The basic wait where none is written.</summary>
    public const ulong DefaultWaitTicks = 1;

    /// <summary>The cap where none is written and the basic wait is not above it.</summary>
    public const ulong DefaultMaxWaitTicks = 60_000;

    /// <summary>Millionths in 1.</summary>
    public const long FactorScale = 1_000_000;

    /// <summary>The largest factor, in millionths.</summary>
    public const long LargestFactorMicros = 1_000_000 * FactorScale;

    /// <summary>The factor of an algorithm where none is written.</summary>
    public static long DefaultFactorMicros(ShapeAlgorithm algorithm) =>
        algorithm == ShapeAlgorithm.Exponential ? 2 * FactorScale : FactorScale;
}

/// <summary>Until when a Defer holds.</summary>
public enum DeferUntil
{
    /// <summary>The next reset of the pool; where none is known, until the reason has gone.</summary>
    Reset,

    /// <summary>A number of ticks after the decision.</summary>
    Delay,

    /// <summary>A tick.</summary>
    Tick,
}

/// <summary>Until when a Defer verdict holds.</summary>
/// <param name="Until">What the number means.</param>
/// <param name="Ticks">At least 1; 0 with <see cref="DeferUntil.Reset"/>.</param>
public sealed record DeferParameters(DeferUntil Until, ulong Ticks);
