using System.Text.Json;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>An explanation as members of a JSON object.</summary>
internal static class ExplainedJson
{
    public static void Write(Utf8JsonWriter json, ExplainedIntent explained)
    {
        PolicyExplanation explanation = explained.Explanation;
        Verdict verdict = explanation.Verdict;
        Intent intent = explained.Intent;
        json.WriteStartObject("policy");
        BundleJson.WriteIdentity(json, explained.Policy.Bundle);
        json.WriteEndObject();
        json.WriteStartObject("intent");
        IntentJson.Write(json, in intent, explained.Names);
        json.WriteEndObject();
        json.WriteNumber("tick", explained.Tick);
        IntentJson.WriteVerdict(json, in verdict, in intent, explained.Names);
        WriteVerdict(json, "without_exemptions", explanation.Said, explained);
        json.WriteStartArray("exemptions");
        foreach (ExemptionExplanation exemption in explanation.Exemptions)
        {
            WriteExemption(json, exemption, explained);
        }

        json.WriteEndArray();
        foreach ((string name, GateNoteKind kind, PolicyMode mode) in (ReadOnlySpan<(string, GateNoteKind, PolicyMode)>)
            [("shadow", GateNoteKind.Shadow, PolicyMode.Shadow), ("audit", GateNoteKind.Audit, PolicyMode.Audit)])
        {
            if (explained.Noted(kind, mode) is { } noted)
            {
                WriteVerdict(json, name, noted, explained);
            }
        }

        WriteRules(json, explanation, explained);
        if (explanation.Candidate is { } candidate)
        {
            Verdict said = candidate.Said;
            json.WriteStartObject("candidate");
            BundleJson.WriteIdentity(json, explained.Policy.Candidate!);
            json.WriteBoolean("differs", explanation.Notes.Of(GateNoteKind.Candidate).Kind != GateNoteKind.None);
            IntentJson.WriteVerdict(json, in said, in intent, explained.Names);
            WriteRules(json, candidate, explained);
            json.WriteEndObject();
        }
    }

    private static void WriteVerdict(Utf8JsonWriter json, string name, Verdict verdict, ExplainedIntent explained)
    {
        Intent intent = explained.Intent;
        json.WriteStartObject(name);
        IntentJson.WriteVerdict(json, in verdict, in intent, explained.Names);
        json.WriteEndObject();
    }

    private static void WriteExemption(Utf8JsonWriter json, ExemptionExplanation exemption, ExplainedIntent explained)
    {
        ExemptionDocument document = exemption.Document;
        json.WriteStartObject();
        json.WriteString("exemption", document.Id);
        json.WriteString("status", ExplainedIntent.Word(exemption.Status));
        json.WriteStartObject("who");
        foreach ((string name, string pattern) in ExplainedIntent.Parts(document.Who))
        {
            json.WriteString(name, pattern);
        }

        json.WriteEndObject();
        WriteTexts(json, "covers", exemption.Silenced);
        json.WriteString("why", document.Why);
        json.WriteNumber("expires", document.ExpiresTick);
        json.WriteNumber("max_uses", document.MaxUses);
        json.WriteBoolean("break_glass", document.BreakGlass);
        if (exemption.Leaves is { } leaves)
        {
            WriteVerdict(json, "leaves", leaves, explained);
        }

        json.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter json, PolicyExplanation explanation, ExplainedIntent explained)
    {
        json.WriteStartArray("rules");
        foreach (RuleExplanation rule in explanation.Rules)
        {
            json.WriteStartObject();
            json.WriteString("rule", $"{rule.Policy}/{rule.Rule}");
            json.WriteString("scope", rule.Scope);
            json.WriteString("mode", rule.Mode.ToString().ToLowerInvariant());
            json.WriteNumber("priority", rule.Priority);
            json.WriteString("file", rule.Position.File);
            json.WriteNumber("line", rule.Position.Line);
            json.WriteString("condition", ExplainedText.Word(rule.Holds));
            json.WriteBoolean("decides", ReferenceEquals(rule, explanation.Winner));
            WriteVerdict(json, "says", rule.Verdict, explained);
            json.WriteStartArray("clauses");
            foreach (ClauseExplanation clause in rule.Clauses)
            {
                json.WriteStartObject();
                json.WriteString("clause", clause.Text);
                json.WriteString("value", ExplainedText.Word(clause.Holds));
                json.WriteBoolean("scope", clause.IsScope);
                if (clause.Why.Count != 0)
                {
                    WriteTexts(json, "why", clause.Why);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
