using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>An explanation with what is needed to say it in words.</summary>
/// <param name="Policy">The bundle, with a candidate where one is tried.</param>
/// <param name="Explanation">The explanation.</param>
/// <param name="Intent">The intent.</param>
/// <param name="Tick">The clock.</param>
/// <param name="Names">The names of all.</param>
internal sealed record ExplainedIntent(BundlePolicy Policy, PolicyExplanation Explanation, Intent Intent, ulong Tick, INames Names)
{
    /// <summary>A verdict with its rule and reason, as in <c>reject by rules/no: …</c>; its kind alone where no rule gives it.</summary>
    public string Describe(Verdict verdict)
    {
        Intent intent = Intent;
        string what = VerdictText.Of(in verdict, Names);
        return VerdictText.RuleOf(in verdict, Names) is { } rule ? $"{what} by {rule}: {Reasons.Of(in verdict, in intent, Names)}" : what;
    }

    /// <summary>What policies of a mode would have said, where a gate would note it.</summary>
    public Verdict? Noted(GateNoteKind kind, PolicyMode mode)
    {
        GateNote note = Explanation.Notes.Of(kind);
        return note.Kind == GateNoteKind.None ? null
            : Explanation.Rules.FirstOrDefault(rule => rule.Mode == mode && rule.Verdict.Rule == note.Rule)?.Verdict;
    }

    /// <summary>Whom an exemption is for, as in <c>agent deploy-*, role sre</c>.</summary>
    public static string Who(ExemptionSubject who) => string.Join(", ", Parts(who).Select(part => $"{part.Name} {part.Pattern}"));

    /// <summary>The parts of whom an exemption is for, those that are stated.</summary>
    public static IEnumerable<(string Name, string Pattern)> Parts(ExemptionSubject who)
    {
        foreach ((string name, NamePattern? pattern) in ((string, NamePattern?)[])[("agent", who.Agent), ("identity", who.Identity), ("role", who.Role)])
        {
            if (pattern is not null)
            {
                yield return (name, pattern.Text);
            }
        }
    }

    /// <summary>The word for what an exemption does.</summary>
    public static string Word(ExemptionStatus status) => status switch
    {
        ExemptionStatus.NotNeeded => "not-needed",
        ExemptionStatus.ForOthers => "for-others",
        ExemptionStatus.Expired => "expired",
        ExemptionStatus.UsedUp => "used-up",
        ExemptionStatus.NoHelp => "no-help",
        ExemptionStatus.Behind => "behind",
        _ => "used",
    };
}
