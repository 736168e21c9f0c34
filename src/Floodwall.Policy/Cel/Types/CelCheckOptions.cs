namespace Floodwall.Policy.Cel;

/// <summary>What the checker insists on.</summary>
public sealed record CelCheckOptions
{
    /// <summary>The language as google/cel-spec has it.</summary>
    public static CelCheckOptions Default { get; } = new();

    /// <summary>What the condition of a policy is checked with: a bool, and patterns that are known before the first intent.</summary>
    public static CelCheckOptions Condition { get; } = new() { RequireConstantPatterns = true, ResultType = CelType.Bool };

    /// <summary>Refuses <c>matches</c> with a pattern that is not a literal.</summary>
    public bool RequireConstantPatterns { get; init; }

    /// <summary>The type that the whole must have; null for any.</summary>
    public CelType? ResultType { get; init; }

    /// <summary>The limits of patterns.</summary>
    public CelPatternLimits PatternLimits { get; init; } = CelPatternLimits.Default;

    /// <summary>How many errors are reported.</summary>
    public int MaxDiagnostics { get; init; } = 20;
}
