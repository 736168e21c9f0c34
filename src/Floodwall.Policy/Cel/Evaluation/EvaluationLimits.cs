namespace Floodwall.Policy.Cel;

/// <summary>
/// What bounds the time and memory of an evaluation. Passing one gives an error of the kind <see cref="CelErrorKind.Limit"/> whatever
/// else the expression says, the same on every machine.
/// </summary>
public sealed record EvaluationLimits
{
    /// <summary>One million steps, 520 levels (more than the parser lets through), 200 nested values.</summary>
    public static EvaluationLimits Default { get; } = new();

    /// <summary>
    /// Steps: one for each node that is visited, and one for every 16 characters or each element that a function walks. At least 1.
    /// </summary>
    public long MaxSteps { get; init; } = 1_000_000;

    /// <summary>How deep nodes may stand inside one another; 1 to 1000.</summary>
    public int MaxDepth { get; init; } = 520;

    /// <summary>How many lists, maps and optionals may stand inside one another in a value; 1 to 1000.</summary>
    public int MaxValueDepth { get; init; } = 200;

    /// <summary>This, if the limits are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal EvaluationLimits Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDepth, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxValueDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxValueDepth, 1000);
        return this;
    }
}
