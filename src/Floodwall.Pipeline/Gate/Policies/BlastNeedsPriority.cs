namespace Floodwall.Pipeline;

/// <summary>
/// Rejects a change whose reach is wider than its urgency warrants: Global and Region need at least Urgent, Service at least
/// Normal, Cell at least Bulk.
/// </summary>
public sealed class BlastNeedsPriority : IDescribedPolicy
{
    /// <summary>The rule's name, and the policy's in descriptions.</summary>
    public const string Name = "blast-needs-priority";

    private readonly RuleId _rule;

    /// <param name="vocabulary">The wall's names and rules.</param>
    public BlastNeedsPriority(Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _rule = vocabulary.Rules.Define(
            Name,
            "{blast} blast radius needs priority >= {detail:priority}, got {priority}");
    }

    /// <summary>The least priority for a blast radius.</summary>
    public static Priority Needed(BlastRadius blast) => blast switch
    {
        BlastRadius.Global or BlastRadius.Region => Priority.Urgent,
        BlastRadius.Service => Priority.Normal,
        _ => Priority.Bulk,
    };

    /// <inheritdoc/>
    public string Description => Name;

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        Priority needed = Needed(intent.BlastRadius);
        return intent.Priority < needed ? Verdict.Reject(_rule, (byte)needed) : Verdict.Admit;
    }
}
