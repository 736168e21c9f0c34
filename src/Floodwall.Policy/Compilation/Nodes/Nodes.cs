namespace Floodwall.Policy.Compilation;

/// <summary>
/// A compiled condition, or part of one. Nodes are made once, look at nothing but the input and the tables they were made with, and
/// allocate nothing (<see cref="ReferenceNode"/> excepted). What CEL calls an error and what it calls unknown are one here: unknown.
/// </summary>
internal abstract class BoolNode
{
    /// <summary>Its value for an intent.</summary>
    public abstract Truth Evaluate(in JudgeInput input);
}

/// <summary>An integer.</summary>
internal abstract class IntNode
{
    /// <summary>Its value; false where it is unknown.</summary>
    public abstract bool TryEvaluate(in JudgeInput input, out long value);
}

/// <summary>A floating-point number.</summary>
internal abstract class DoubleNode
{
    /// <summary>Its value; false where it is unknown.</summary>
    public abstract bool TryEvaluate(in JudgeInput input, out double value);
}

/// <summary>A string as the number of its symbol; 0 for the empty one.</summary>
internal abstract class SymbolNode
{
    /// <summary>The number of a string that is no symbol, and so equals none that an intent can carry.</summary>
    public const uint Foreign = uint.MaxValue;

    /// <summary>Its value; false where it is unknown.</summary>
    public abstract bool TryEvaluate(in JudgeInput input, out uint symbol);
}
