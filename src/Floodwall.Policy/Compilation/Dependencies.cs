using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>What an expression looks at.</summary>
[Flags]
internal enum Dependency
{
    /// <summary>Nothing: it is a constant.</summary>
    None = 0,

    /// <summary>The agent's symbol; the other fields of <see cref="SymbolField"/> follow bit by bit.</summary>
    FirstSymbol = 1 << 0,

    /// <summary>The traits.</summary>
    Traits = 1 << IntentFields.SymbolFields,

    /// <summary>The attribute set.</summary>
    Attributes = Traits << 1,

    /// <summary>The clock.</summary>
    Clock = Traits << 2,

    /// <summary>Facts.</summary>
    Facts = Traits << 3,

    /// <summary>Other fields of the intent: numbers.</summary>
    Numbers = Traits << 4,
}

/// <summary>Finds out what expressions look at.</summary>
internal static class Dependencies
{
    /// <summary>What an expression looks at; names that macros bind count for nothing.</summary>
    public static Dependency Of(Expr expr, IntentSchema schema) => expr switch
    {
        SelectExpr { Operand: IdentExpr root } select when schema.Find(root.Name, select.Field) is { } field => Of(field),
        SelectExpr select => Of(select.Operand, schema),
        CallExpr call => (call.Target is null ? Dependency.None : Of(call.Target, schema)) | All(call.Args, schema),
        ListExpr list => All(list.Elements.Select(element => element.Value), schema),
        MapExpr map => All(map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }), schema),
        MacroExpr macro => Of(macro.Target, schema) | Of(macro.Body, schema) | (macro.Filter is null ? Dependency.None : Of(macro.Filter, schema)),
        _ => Dependency.None,
    };

    /// <summary>The one symbol field that is looked at; null where it is none, several, or something else beside it.</summary>
    public static SymbolField? SingleSymbol(Dependency dependency) =>
        dependency is > Dependency.None and < Dependency.Traits && (dependency & (dependency - 1)) == 0
            ? (SymbolField)System.Numerics.BitOperations.TrailingZeroCount((int)dependency)
            : null;

    private static Dependency All(IEnumerable<Expr> parts, IntentSchema schema) =>
        parts.Aggregate(Dependency.None, (all, part) => all | Of(part, schema));

    private static Dependency Of(SchemaField field) => field.Source switch
    {
        SymbolSource symbol => (Dependency)(1 << (int)symbol.Field),
        TraitSource => Dependency.Traits,
        AttributeSource or ProviderSource => Dependency.Attributes,
        NowSource or NumberSource { Field: NumberField.Tick } => Dependency.Clock,
        FactSource => Dependency.Facts,
        _ => Dependency.Numbers,
    };
}
