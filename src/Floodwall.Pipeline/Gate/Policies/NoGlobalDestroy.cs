namespace Floodwall.Pipeline;

/// <summary>Rejects what would destroy something everywhere at once.</summary>
public sealed class NoGlobalDestroy : IPolicy
{
    private readonly RuleId _rule;

    /// <param name="vocabulary">The wall's names and rules.</param>
    public NoGlobalDestroy(Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        _rule = vocabulary.Rules.Define("no-global-destroy", "destructive global change requires human sign-off");
    }

    /// <inheritdoc/>
    public Verdict Judge(in Intent intent, ulong tick) =>
        intent.BlastRadius == BlastRadius.Global && intent.IsDestructive ? Verdict.Reject(_rule) : Verdict.Admit;
}
