using Floodwall.Pipeline;

namespace Floodwall.Policy.Compilation;

/// <summary>Looks an attribute up in the intent's set. Absent, or of another type than declared, is unknown.</summary>
/// <param name="attributes">The sets.</param>
/// <param name="name">The symbol of its name.</param>
internal sealed class AttributeLookup(AttributeTable attributes, Symbol name)
{
    public bool TryRead(in JudgeInput input, AttributeKind kind, out AttributeValue value) =>
        attributes.Find(input.Intent.Attributes).TryGet(name, out value) && value.Kind == kind;
}

/// <summary>An attribute that is an integer.</summary>
internal sealed class IntAttribute(AttributeLookup lookup) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long value)
    {
        bool known = lookup.TryRead(in input, AttributeKind.Int64, out AttributeValue attribute);
        value = attribute.AsInt64;
        return known;
    }
}

/// <summary>An attribute that is a number; an integer will do.</summary>
internal sealed class DoubleAttribute(AttributeLookup lookup) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        if (lookup.TryRead(in input, AttributeKind.Double, out AttributeValue attribute))
        {
            value = attribute.AsDouble;
            return true;
        }

        bool known = lookup.TryRead(in input, AttributeKind.Int64, out attribute);
        value = attribute.AsInt64;
        return known;
    }
}

/// <summary>An attribute that is a truth value.</summary>
internal sealed class BoolAttribute(AttributeLookup lookup) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) =>
        lookup.TryRead(in input, AttributeKind.Bool, out AttributeValue attribute) ? Truths.Of(attribute.AsBool) : Truth.Unknown;
}

/// <summary>An attribute that is a string.</summary>
internal sealed class SymbolAttribute(AttributeLookup lookup) : SymbolNode
{
    public override bool TryEvaluate(in JudgeInput input, out uint symbol)
    {
        bool known = lookup.TryRead(in input, AttributeKind.String, out AttributeValue attribute);
        symbol = attribute.AsSymbol.Id;
        return known;
    }
}
