using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Floodwall.Pipeline;

/// <summary>The check at the edge: the stages behind it only assert.</summary>
public static class IntentCheck
{
    /// <summary>Whether the wall can take the intent in. A few compares; neither locks nor allocates.</summary>
    public static bool IsValid(in Intent intent, SymbolTable symbols, AttributeTable attributes)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(attributes);
        uint highest = symbols.HighestId;
        return intent.Agent.Id - 1 < highest
            && intent.Resource.Id - 1 < highest
            && AreWithin(in intent, highest)
            && intent.Action <= IntentAction.Destroy
            && intent.Priority <= Priority.Pager
            && intent.BlastRadius <= BlastRadius.Global
            && intent.CostMicros >= 0
            && (intent.Attributes == 0 || attributes.Contains(intent.Attributes));
    }

    /// <summary>What is wrong with an intent, or null.</summary>
    public static string? Explain(in Intent intent, SymbolTable symbols, AttributeTable attributes)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(attributes);
        string? Name(string field, Symbol symbol, bool required) =>
            symbol.IsNone
                ? required ? $"{field} is missing" : null
                : symbols.Contains(symbol) ? null : $"{field} is symbol {symbol.Id}, which this wall's table never gave out";

        return Name(nameof(Intent.Agent), intent.Agent, required: true)
            ?? Name(nameof(Intent.Resource), intent.Resource, required: true)
            ?? Name(nameof(Intent.Topic), intent.Topic, required: false)
            ?? Name(nameof(Intent.Environment), intent.Environment, required: false)
            ?? Name(nameof(Intent.Scope), intent.Scope, required: false)
            ?? Name(nameof(Intent.Pool), intent.Pool, required: false)
            ?? Name(nameof(Intent.Identity), intent.Identity, required: false)
            ?? Name(nameof(Intent.Role), intent.Role, required: false)
            ?? (intent.Action > IntentAction.Destroy ? $"Action is {(byte)intent.Action}, expected 0 (Apply) to 2 (Destroy)" : null)
            ?? (intent.Priority > Priority.Pager ? $"Priority is {(byte)intent.Priority}, expected 0 (Bulk) to 3 (Pager)" : null)
            ?? (intent.BlastRadius > BlastRadius.Global
                ? $"BlastRadius is {(byte)intent.BlastRadius}, expected 0 (Cell) to 3 (Global)"
                : null)
            ?? (intent.CostMicros < 0 ? $"CostMicros is {intent.CostMicros}, expected 0 or more" : null)
            ?? (intent.Attributes != 0 && !attributes.Contains(intent.Attributes)
                ? $"Attributes is set {intent.Attributes}, which this wall's table never gave out"
                : null);
    }

    /// <summary>Throws when the wall cannot take the intent in.</summary>
    /// <exception cref="ArgumentException">The message names the field, its value and what was expected.</exception>
    internal static void Require(in Intent intent, SymbolTable symbols, AttributeTable attributes)
    {
        if (!IsValid(intent, symbols, attributes))
        {
            Throw(intent, symbols, attributes);
        }
    }

    // The eight symbols lie side by side: one comparison of vectors, which falls back to eight of numbers where there are none.
    private static bool AreWithin(in Intent intent, uint highest)
    {
        Debug.Assert(
            Unsafe.SizeOf<Symbol>() == sizeof(uint)
            && Unsafe.ByteOffset(in intent.Agent, in intent.Role) + sizeof(uint) == Vector256<byte>.Count,
            "the load takes in more than the symbols, or less");
        ref uint first = ref Unsafe.As<Symbol, uint>(ref Unsafe.AsRef(in intent.Agent));
        return Vector256.LessThanOrEqualAll(Vector256.LoadUnsafe(ref first), Vector256.Create(highest));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(in Intent intent, SymbolTable symbols, AttributeTable attributes) => throw new ArgumentException(
        $"Intent {intent.Id} refused at the edge: {Explain(intent, symbols, attributes) ?? "a name is unknown"}.", nameof(intent));
}
