using Floodwall.Pipeline;

namespace Floodwall.Policy.Schema;

/// <summary>The names that an intent carries as symbols.</summary>
internal enum SymbolField : byte
{
    Agent,
    Role,
    Resource,
    Topic,
    Environment,
    Scope,
    Pool,
    Identity,
}

/// <summary>The numbers that an intent, or the clock, carries.</summary>
internal enum NumberField : byte
{
    Replicas,
    SubmittedTick,
    DeadlineTick,
    FollowsBack,
    CostMicros,
    Tick,
}

/// <summary>The words and flags of an intent that have a handful of values each.</summary>
internal enum TraitField : byte
{
    Action,
    Priority,
    BlastRadius,
    Destructive,
}

/// <summary>Reads fields of intents.</summary>
internal static class IntentFields
{
    /// <summary>Fields that are symbols.</summary>
    public const int SymbolFields = (int)SymbolField.Identity + 1;

    /// <summary>Combinations of action, priority, blast radius and destructiveness.</summary>
    public const int TraitValues = 128;

    private static readonly string[] Actions = ["apply", "scale", "destroy"];
    private static readonly string[] Priorities = ["bulk", "normal", "urgent", "pager"];
    private static readonly string[] BlastRadii = ["cell", "service", "region", "global"];

    /// <summary>A name of an intent.</summary>
    public static Symbol Symbol(in Intent intent, SymbolField field) => field switch
    {
        SymbolField.Agent => intent.Agent,
        SymbolField.Role => intent.Role,
        SymbolField.Resource => intent.Resource,
        SymbolField.Topic => intent.Topic,
        SymbolField.Environment => intent.Environment,
        SymbolField.Scope => intent.Scope,
        SymbolField.Pool => intent.Pool,
        _ => intent.Identity,
    };

    /// <summary>The same intent with another name.</summary>
    public static void SetSymbol(ref Intent intent, SymbolField field, Symbol symbol)
    {
        switch (field)
        {
            case SymbolField.Agent: intent.Agent = symbol; break;
            case SymbolField.Role: intent.Role = symbol; break;
            case SymbolField.Resource: intent.Resource = symbol; break;
            case SymbolField.Topic: intent.Topic = symbol; break;
            case SymbolField.Environment: intent.Environment = symbol; break;
            case SymbolField.Scope: intent.Scope = symbol; break;
            case SymbolField.Pool: intent.Pool = symbol; break;
            default: intent.Identity = symbol; break;
        }
    }

    /// <summary>A number; those that do not fit a signed 64-bit integer have none.</summary>
    public static bool TryNumber(in Intent intent, ulong tick, NumberField field, out long value)
    {
        ulong unsigned = field switch
        {
            NumberField.Replicas => intent.Replicas,
            NumberField.SubmittedTick => intent.SubmittedTick,
            NumberField.DeadlineTick => intent.DeadlineTick,
            NumberField.FollowsBack => intent.FollowsBack,
            NumberField.CostMicros => (ulong)intent.CostMicros,
            _ => tick,
        };
        value = (long)unsigned;
        return value >= 0;
    }

    /// <summary>All traits as one small number, below <see cref="TraitValues"/>.</summary>
    public static uint Traits(in Intent intent) =>
        (uint)intent.Action | ((uint)intent.Priority << 2) | ((uint)intent.BlastRadius << 4) | (intent.IsDestructive ? 64u : 0u);

    /// <summary>The word of a trait; null for <see cref="TraitField.Destructive"/>.</summary>
    public static string? Word(in Intent intent, TraitField field) => field switch
    {
        TraitField.Action => Actions[(int)intent.Action],
        TraitField.Priority => Priorities[(int)intent.Priority],
        TraitField.BlastRadius => BlastRadii[(int)intent.BlastRadius],
        _ => null,
    };

    /// <summary>The number of a trait's word; −1 for a word that it never has.</summary>
    public static int Number(TraitField field, string word) => field switch
    {
        TraitField.Action => Array.IndexOf(Actions, word),
        TraitField.Priority => Array.IndexOf(Priorities, word),
        TraitField.BlastRadius => Array.IndexOf(BlastRadii, word),
        _ => -1,
    };

    /// <summary>Whether a trait's words have an order, the least first.</summary>
    public static bool IsOrdered(TraitField field) => field is TraitField.Priority or TraitField.BlastRadius;

    /// <summary>The words that a trait can have, the least first where they have an order.</summary>
    public static IReadOnlyList<string> Words(TraitField field) => field switch
    {
        TraitField.Action => Actions,
        TraitField.Priority => Priorities,
        TraitField.BlastRadius => BlastRadii,
        _ => [],
    };
}
