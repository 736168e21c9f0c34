namespace Floodwall.Policy.Cel;

/// <summary>A part of an expression's text.</summary>
/// <param name="Start">The first UTF-16 code unit, from 0.</param>
/// <param name="Length">Code units.</param>
public readonly record struct SourceSpan(int Start, int Length)
{
    /// <summary>The first code unit behind it.</summary>
    public int End => Start + Length;

    /// <summary>The smallest part that holds both.</summary>
    public SourceSpan To(SourceSpan last) => new(Start, last.End - Start);
}
