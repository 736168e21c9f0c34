namespace Floodwall.Policy.Cel;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>The steps that it compiles to, repetitions written out; computed without writing them out.</summary>
    public abstract long Steps { get; }

    /// <summary>A sum or product of steps that cannot overflow.</summary>
    protected static long Bounded(double steps) => (long)Math.Min(steps, int.MaxValue);
}

/// <summary>One character of a set.</summary>
internal sealed record PatternSet(RuneSet Set) : PatternNode
{
    public override long Steps => 1;
}

/// <summary>A place between characters.</summary>
internal enum PatternPlace
{
    Begin,
    End,
    LineBegin,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

/// <summary>Nothing, at a certain place.</summary>
internal sealed record PatternAssertion(PatternPlace Place) : PatternNode
{
    public override long Steps => 1;
}

/// <summary>One after the other; none is the empty text.</summary>
internal sealed record PatternSequence(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override long Steps { get; } = Bounded(Parts.Sum(part => (double)part.Steps));
}

/// <summary>Any one of several.</summary>
internal sealed record PatternChoice(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override long Steps { get; } = Bounded(Parts.Sum(part => part.Steps + 2.0) - 2);
}

/// <summary>Repeated; <paramref name="Max"/> is null without an upper bound.</summary>
internal sealed record PatternRepeat(PatternNode Part, int Min, int? Max) : PatternNode
{
    public override long Steps { get; } = Bounded(Max is int max
        ? ((double)Part.Steps * max) + (max - Min)
        : (double)Part.Steps * Math.Max(Min, 1) + (Min == 0 ? 2 : 1));
}
