using Floodwall.Pipeline;

namespace Floodwall.Policy.Compilation;

/// <summary>An attribute or fact that is an integer. Here as below, one of another type than declared is unknown.</summary>
internal sealed class IntLookup<TLookup>(TLookup lookup) : IntNode
    where TLookup : struct, IScalarLookup
{
    public override bool TryEvaluate(in JudgeInput input, out long value)
    {
        bool known = lookup.TryRead(in input, out AttributeValue read) && read.Kind == AttributeKind.Int64;
        value = read.AsInt64;
        return known;
    }
}

/// <summary>An attribute or fact that is a number; an integer will do.</summary>
internal sealed class DoubleLookup<TLookup>(TLookup lookup) : DoubleNode
    where TLookup : struct, IScalarLookup
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        bool known = lookup.TryRead(in input, out AttributeValue read) && read.Kind is AttributeKind.Double or AttributeKind.Int64;
        value = read.Kind == AttributeKind.Double ? read.AsDouble : read.AsInt64;
        return known;
    }
}

/// <summary>An attribute or fact that is a truth value.</summary>
internal sealed class BoolLookup<TLookup>(TLookup lookup) : BoolNode
    where TLookup : struct, IScalarLookup
{
    public override Truth Evaluate(in JudgeInput input) =>
        lookup.TryRead(in input, out AttributeValue read) && read.Kind == AttributeKind.Bool ? Truths.Of(read.AsBool) : Truth.Unknown;
}

/// <summary>An attribute or fact that is a string.</summary>
internal sealed class SymbolLookup<TLookup>(TLookup lookup) : SymbolNode
    where TLookup : struct, IScalarLookup
{
    public override bool TryEvaluate(in JudgeInput input, out uint symbol)
    {
        bool known = lookup.TryRead(in input, out AttributeValue read) && read.Kind == AttributeKind.String;
        symbol = read.AsSymbol.Id;
        return known;
    }
}

/// <summary><c>has(fact)</c>: whether it is known and of its type.</summary>
internal sealed class LookupKnown<TLookup>(TLookup lookup, AttributeKind kind) : BoolNode
    where TLookup : struct, IScalarLookup
{
    public override Truth Evaluate(in JudgeInput input) => Truths.Of(
        lookup.TryRead(in input, out AttributeValue read)
        && (read.Kind == kind || (kind == AttributeKind.Double && read.Kind == AttributeKind.Int64)));
}
