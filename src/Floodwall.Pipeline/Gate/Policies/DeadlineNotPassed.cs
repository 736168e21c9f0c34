namespace Floodwall.Pipeline;

/// <summary>Rejects an intent that has waited past its own deadline: carrying it out now would surprise whoever asked.</summary>
public sealed class DeadlineNotPassed : IDescribedPolicy
{
    /// <summary>The rule's name, and the policy's in descriptions.</summary>
    public const string Name = "deadline-not-passed";

    private readonly RuleId _rule;

    /// <param name="vocabulary">The wall's names and rules.</param>
    public DeadlineNotPassed(Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _rule = vocabulary.Rules.Define(Name, "the intent's deadline, tick {deadline}, has passed");
    }

    /// <inheritdoc/>
    public string Description => Name;

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick) =>
        intent.DeadlineTick != 0 && tick > intent.DeadlineTick ? Verdict.Reject(_rule) : Verdict.Admit;
}
