using System.Globalization;
using Floodwall.Cli.Output;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>An explanation for people.</summary>
internal static class ExplainedText
{
    public static void Print(TextWriter output, ExplainedIntent explained)
    {
        PolicyExplanation explanation = explained.Explanation;
        Intent intent = explained.Intent;
        Line(output, string.Create(CultureInfo.InvariantCulture, $"{VerdictText.Of(in intent, explained.Names)}, tick {explained.Tick}"));
        Line(output, BundleFile.Describe(explained.Policy.Bundle));
        Line(output, explanation.Winner is not null ? explained.Describe(explanation.Verdict)
            : explanation.Exempted is null ? "admit: no enforced rule objects" : "admit: nothing but what the exemption covers objects");
        PrintExemptions(output, explained);
        PrintObserved(output, explained);
        foreach (RuleExplanation rule in explanation.Rules)
        {
            Print(output, rule, explained);
        }

        if (explanation.Candidate is { } candidate)
        {
            output.WriteLine();
            Line(output, $"candidate {BundleFile.Describe(explained.Policy.Candidate!)}");
            foreach (RuleExplanation rule in candidate.Rules.Where(rule => rule.Holds != false))
            {
                Print(output, rule, explained with { Explanation = candidate });
            }
        }
    }

    /// <summary>How a rule's clause came out.</summary>
    public static string Word(bool? value) => value switch { true => "true", false => "false", _ => "unknown" };

    private static void PrintExemptions(TextWriter output, ExplainedIntent explained)
    {
        PolicyExplanation explanation = explained.Explanation;
        if (explanation.Exempted is { } used)
        {
            ExemptionDocument document = used.Document;
            Line(output, $"  without the exemption {document.Id}: {explained.Describe(explanation.Said)}");
            Line(output, string.Create(
                CultureInfo.InvariantCulture,
                $"  {document.Id} covers {string.Join(", ", used.Silenced)} for {ExplainedIntent.Who(document.Who)}, up to {Intents(document.MaxUses)}, before tick {document.ExpiresTick}{(document.BreakGlass ? ", break glass" : "")}: {document.Why}"));
        }

        foreach (ExemptionExplanation other in explanation.Exemptions.Where(one => one.Status is not (ExemptionStatus.NotNeeded or ExemptionStatus.ForOthers or ExemptionStatus.Used)))
        {
            Line(output, $"  the exemption {other.Document.Id} is not used: {Why(other, explained)}");
        }
    }

    private static string Why(ExemptionExplanation exemption, ExplainedIntent explained) => exemption.Status switch
    {
        ExemptionStatus.Expired => string.Create(CultureInfo.InvariantCulture, $"it held before tick {exemption.Document.ExpiresTick}"),
        ExemptionStatus.UsedUp => string.Create(CultureInfo.InvariantCulture, $"it covered {Intents(exemption.Uses)} already"),
        ExemptionStatus.NoHelp => $"what it covers changes nothing, {explained.Describe(exemption.Leaves!.Value)} stands",
        _ => $"it would leave {explained.Describe(exemption.Leaves!.Value)}, and another goes before it",
    };

    private static string Intents(ulong count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "intent" : "intents")}");

    private static void PrintObserved(TextWriter output, ExplainedIntent explained)
    {
        foreach ((string what, Verdict? verdict) in (ReadOnlySpan<(string, Verdict?)>)
            [("shadow", explained.Noted(GateNoteKind.Shadow, PolicyMode.Shadow)), ("audit", explained.Noted(GateNoteKind.Audit, PolicyMode.Audit))])
        {
            if (verdict is { } said)
            {
                Line(output, $"  {what} would say {explained.Describe(said)}");
            }
        }

        if (explained.Explanation.Candidate is { } candidate)
        {
            bool differs = explained.Explanation.Notes.Of(GateNoteKind.Candidate).Kind != GateNoteKind.None;
            Line(output, $"  the candidate would say {explained.Describe(candidate.Said)}{(differs ? "" : " (no difference)")}");
        }
    }

    private static void Print(TextWriter output, RuleExplanation rule, ExplainedIntent explained)
    {
        Verdict verdict = rule.Verdict;
        string mode = rule.Mode == PolicyMode.Enforce ? "" : $" ({rule.Mode.ToString().ToLowerInvariant()} only)";
        string covered = explained.Explanation.Exempted?.Silenced.Contains($"{rule.Policy}/{rule.Rule}") == true && rule.Mode == PolicyMode.Enforce ? " (exempted)" : "";
        string what = rule.Holds switch
        {
            true => $"applies: {VerdictText.Of(in verdict, explained.Names)}{mode}{covered}",
            null => $"unknown: {VerdictText.Of(in verdict, explained.Names)}{mode}{covered}",
            _ => "does not apply",
        };
        output.WriteLine();
        Line(output, $"{rule.Policy}/{rule.Rule}  {what}{(ReferenceEquals(rule, explained.Explanation.Winner) ? "  <- decides" : "")}");
        foreach (ClauseExplanation clause in rule.Clauses)
        {
            string why = clause.Why.Count == 0 ? "" : $"  -- {string.Join(", ", clause.Why)}";
            Line(output, $"  {Word(clause.Holds),-7}  {clause.Text}{(clause.IsScope ? "  (scope)" : "")}{why}");
        }
    }

    private static void Line(TextWriter output, string text) => output.WriteLine(Printable.Text(text));
}
