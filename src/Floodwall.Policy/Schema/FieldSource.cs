using Floodwall.Pipeline;

namespace Floodwall.Policy.Schema;

/// <summary>Where the value of a name in a condition comes from.</summary>
internal abstract record FieldSource;

/// <summary>A name of the intent.</summary>
internal sealed record SymbolSource(SymbolField Field) : FieldSource;

/// <summary>A word or flag of the intent.</summary>
internal sealed record TraitSource(TraitField Field) : FieldSource;

/// <summary>An integer of the intent, or the clock.</summary>
internal sealed record NumberSource(NumberField Field) : FieldSource;

/// <summary><c>intent.id</c>, an unsigned integer.</summary>
internal sealed record IdSource : FieldSource;

/// <summary><c>intent.cost</c>.</summary>
internal sealed record CostSource : FieldSource;

/// <summary><c>time.now</c>.</summary>
internal sealed record NowSource : FieldSource;

/// <summary>An attribute.</summary>
internal sealed record AttributeSource(AttributeDeclaration Declaration) : FieldSource;

/// <summary><c>provider.id</c>: the attribute <c>provider</c>, which also names the subject of a provider's facts.</summary>
internal sealed record ProviderSource : FieldSource;

/// <summary>A fact.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">What of it.</param>
/// <param name="Type">Its type.</param>
internal sealed record FactSource(FactKind Kind, string Name, AttributeKind Type) : FieldSource
{
    /// <summary>Whether a fact of one tick counts no more at another.</summary>
    public static bool IsStale(ulong factTick, ulong now, ulong staleAfter) =>
        staleAfter != 0 && now > factTick && now - factTick > staleAfter;
}
