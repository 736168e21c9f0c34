using System.Collections.Frozen;
using Floodwall.Load.Flood;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>A policy as somebody writes it who has no interface for it.</summary>
internal delegate Verdict AssembledPolicy(in Intent intent);

/// <summary>The three seed policies written anew as delegates, with the same rules' numbers, so that records say the same.</summary>
internal static class AssembledPolicies
{
    /// <summary>The policies in the order in which they speak.</summary>
    /// <param name="shape">The flood; its rules are left out.</param>
    /// <param name="vocabulary">A vocabulary in which <see cref="FloodShape.Policies"/> were made, so that the rules have their numbers.</param>
    public static AssembledPolicy[] Of(FloodShape shape, Vocabulary vocabulary)
    {
        RuleId[] rules =
        [
            .. Enumerable.Range(1, (int)vocabulary.Rules.HighestId).Select(id => vocabulary.Rules.Find(new RuleId((uint)id))!)
                .Where(rule => rule.Name is NoGlobalDestroy.Name or BlastNeedsPriority.Name or ResourceAllowlist.Name)
                .OrderBy(rule => Array.IndexOf([NoGlobalDestroy.Name, BlastNeedsPriority.Name, ResourceAllowlist.Name], rule.Name))
                .Select(rule => rule.Id),
        ];
        FrozenSet<uint> listed = Enumerable.Range(0, shape.Resources - shape.Unlisted)
            .Select(i => vocabulary.Symbols.Intern(FloodShape.ResourceName(i)).Id).ToFrozenSet();
        Verdict destroys = Verdict.Reject(rules[0]);
        Verdict unlisted = Verdict.Defer(rules[2]);
        return
        [
            (in intent) => intent.BlastRadius == BlastRadius.Global && intent.IsDestructive ? destroys : Verdict.Admit,
            (in intent) =>
            {
                Priority needed = intent.BlastRadius switch
                {
                    BlastRadius.Cell => Priority.Bulk,
                    BlastRadius.Service => Priority.Normal,
                    _ => Priority.Urgent,
                };
                return intent.Priority < needed ? Verdict.Reject(rules[1], (byte)needed) : Verdict.Admit;
            },
            (in intent) => listed.Contains(intent.Resource.Id) ? Verdict.Admit : unlisted,
        ];
    }

    /// <summary>The harshest answer, the first of its kind; nothing is asked behind a Reject.</summary>
    public static Verdict Judge(AssembledPolicy[] policies, in Intent intent)
    {
        Verdict verdict = Verdict.Admit;
        foreach (AssembledPolicy policy in policies)
        {
            Verdict one = policy(in intent);
            if (one.Kind > verdict.Kind)
            {
                verdict = one;
                if (verdict.Kind == VerdictKind.Reject)
                {
                    break;
                }
            }
        }

        return verdict;
    }
}
