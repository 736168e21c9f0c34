namespace Floodwall.Policy.Cel;

/// <summary>How large a pattern may be. Matching takes at most one step of each for every character, and memory for the steps.</summary>
public sealed record CelPatternLimits
{
    /// <summary>The default limits.</summary>
    public static CelPatternLimits Default { get; } = new();

    /// <summary>The longest pattern, in UTF-16 code units.</summary>
    public int MaxLength { get; init; } = 1_000;

    /// <summary>The largest count in braces; the RE2 syntax itself stops at 1,000.</summary>
    public int MaxRepeat { get; init; } = 1_000;

    /// <summary>The steps of the compiled pattern, repetitions written out.</summary>
    public int MaxSteps { get; init; } = 2_000;

    /// <summary>How deep groups may nest.</summary>
    public int MaxNesting { get; init; } = 32;
}
