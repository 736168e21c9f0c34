using Floodwall.Pipeline;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// One way in which a rule can speak: because its condition holds, or because it is unknown. A rule whose answer is the same either way
/// has one slot, any other rule that can be unknown has two.
/// </summary>
/// <remarks>
/// Slots are ordered by what counts: harshest outcome first, then level, priority and place in the file. So the first slot that speaks
/// gives the verdict, and all that remains is to see whether a later one of the same kind waits longer.
/// </remarks>
/// <param name="Rule">The rule's number in the bundle.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Speaks">On which values of the condition.</param>
internal readonly record struct Slot(int Rule, VerdictKind Kind, SlotTrigger Speaks);

/// <summary>On which values of a condition a slot speaks.</summary>
internal enum SlotTrigger : byte
{
    /// <summary>True.</summary>
    Holds,

    /// <summary>Unknown.</summary>
    Unknown,

    /// <summary>True or unknown.</summary>
    NotFalse,
}
