namespace Floodwall.Pipeline;

/// <summary>Rejects what would destroy something everywhere at once.</summary>
public sealed class NoGlobalDestroy : IDescribedPolicy
{
    /// <summary>The rule's name, and the policy's in descriptions.</summary>
    public const string Name = "no-global-destroy";

    private readonly RuleId _rule;

    /// <param name="vocabulary">The wall's names and rules.</param>
    public NoGlobalDestroy(Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _rule = vocabulary.Rules.Define(Name, "destructive global change requires human sign-off");
    }

    /// <inheritdoc/>
    public string Description => Name;

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick) =>
        intent.BlastRadius == BlastRadius.Global && intent.IsDestructive ? Verdict.Reject(_rule) : Verdict.Admit;
}
