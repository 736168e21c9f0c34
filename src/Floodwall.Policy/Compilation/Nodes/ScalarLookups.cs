using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Looks up a value that the intent itself does not carry. Implemented by structs, so that a node made with one calls it directly.
/// </summary>
internal interface IScalarLookup
{
    /// <summary>The value, of any type; false where it is unknown.</summary>
    bool TryRead(in JudgeInput input, out AttributeValue value);
}

/// <summary>Looks an attribute up in the intent's set. Absent is unknown.</summary>
/// <param name="attributes">The sets.</param>
/// <param name="name">The symbol of its name.</param>
internal readonly struct AttributeLookup(AttributeTable attributes, Symbol name) : IScalarLookup
{
    public bool TryRead(in JudgeInput input, out AttributeValue value) => attributes.Find(input.Intent.Attributes).TryGet(name, out value);
}

/// <summary>Looks facts up for the subject that an intent names. Absent or stale is unknown.</summary>
/// <param name="subject">Of whom, and where to look.</param>
/// <param name="name">The symbol of its name.</param>
/// <param name="staleAfter">Ticks after which it counts no more; 0 for never.</param>
internal readonly struct FactLookup(FactSubject subject, Symbol name, ulong staleAfter) : IScalarLookup
{
    public bool TryRead(in JudgeInput input, out AttributeValue value)
    {
        bool known = subject.TryRead(in input.Intent, name, out FactReading reading) && !FactSource.IsStale(reading.Tick, input.Tick, staleAfter);
        value = known ? reading.Value.ToAttributeValue() : default;
        return known;
    }
}
