using Floodwall.Pipeline;

namespace Floodwall.Policy.Schema;

/// <summary>
/// Whose facts are meant: a pool's those of the intent's pool, an identity's those of its identity, a provider's those of its attribute
/// <c>provider</c>, a risk those of its pool or else its identity or else its agent.
/// </summary>
/// <param name="kind">What the fact is about.</param>
/// <param name="context">Tables.</param>
internal sealed class FactSubject(FactKind kind, GateContext context)
{
    private readonly Symbol _provider = context.Vocabulary.Symbols.Intern(IntentSchema.ProviderAttribute);

    /// <summary>The subject; <see cref="Symbol.None"/> where the intent names none.</summary>
    public Symbol Of(in Intent intent) => kind switch
    {
        FactKind.Pool => intent.Pool,
        FactKind.Identity => intent.Identity,
        FactKind.Agent => intent.Agent,
        FactKind.Provider => Provider(in intent),
        _ => !intent.Pool.IsNone ? intent.Pool : !intent.Identity.IsNone ? intent.Identity : intent.Agent,
    };

    /// <summary>The latest fact of the subject, or, where there is none, the one that is stated for everybody.</summary>
    public bool TryRead(in Intent intent, Symbol name, out FactReading reading)
    {
        Symbol subject = Of(in intent);
        return context.Facts.TryGet(kind, subject, name, out reading)
            || (!subject.IsNone && context.Facts.TryGet(kind, Symbol.None, name, out reading));
    }

    private Symbol Provider(in Intent intent) =>
        intent.Attributes != 0 && context.Attributes.Find(intent.Attributes).TryGet(_provider, out AttributeValue value) ? value.AsSymbol : Symbol.None;
}
