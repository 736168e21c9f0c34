using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>Looks facts up for the subject that an intent names. Absent, stale, or of another type than declared is unknown.</summary>
/// <param name="subject">Of whom, and where to look.</param>
/// <param name="name">The symbol of its name.</param>
/// <param name="staleAfter">Ticks after which it counts no more; 0 for never.</param>
internal sealed class FactLookup(FactSubject subject, Symbol name, ulong staleAfter)
{
    public bool TryRead(in JudgeInput input, AttributeKind kind, out FactValue value)
    {
        value = default;
        if (!subject.TryRead(in input.Intent, name, out FactReading reading)
            || reading.Value.Kind != kind || FactSource.IsStale(reading.Tick, input.Tick, staleAfter))
        {
            return false;
        }

        value = reading.Value;
        return true;
    }
}

/// <summary>A fact that is an integer.</summary>
internal sealed class IntFact(FactLookup lookup) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long value)
    {
        bool known = lookup.TryRead(in input, AttributeKind.Int64, out FactValue fact);
        value = fact.AsInt64;
        return known;
    }
}

/// <summary>A fact that is a number; an integer will do.</summary>
internal sealed class DoubleFact(FactLookup lookup) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        if (lookup.TryRead(in input, AttributeKind.Double, out FactValue fact))
        {
            value = fact.AsDouble;
            return true;
        }

        bool known = lookup.TryRead(in input, AttributeKind.Int64, out fact);
        value = fact.AsInt64;
        return known;
    }
}

/// <summary>A fact that is a truth value.</summary>
internal sealed class BoolFact(FactLookup lookup) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) =>
        lookup.TryRead(in input, AttributeKind.Bool, out FactValue fact) ? Truths.Of(fact.AsBool) : Truth.Unknown;
}

/// <summary>A fact that is a string.</summary>
internal sealed class SymbolFact(FactLookup lookup) : SymbolNode
{
    public override bool TryEvaluate(in JudgeInput input, out uint symbol)
    {
        bool known = lookup.TryRead(in input, AttributeKind.String, out FactValue fact);
        symbol = fact.AsSymbol.Id;
        return known;
    }
}

/// <summary><c>has(fact)</c>: whether it is known and not stale.</summary>
internal sealed class FactKnown(FactLookup lookup, AttributeKind kind) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) => Truths.Of(
        lookup.TryRead(in input, kind, out _) || (kind == AttributeKind.Double && lookup.TryRead(in input, AttributeKind.Int64, out _)));
}
