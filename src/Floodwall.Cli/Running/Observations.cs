using System.Globalization;
using System.Text.Json;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>What a run's bundle would have said and did not: exemptions, policies that are only tried, and a candidate.</summary>
internal sealed class Observations(BundlePolicy? policy)
{
    private static readonly VerdictKind[] Verdicts = Enum.GetValues<VerdictKind>();

    public void Print(TextWriter output)
    {
        if (policy?.Comparison is { } comparison)
        {
            output.WriteLine();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"candidate  {comparison.Different} of {comparison.Judged} would differ: {comparison.Harsher} harsher, {comparison.Milder} milder (rules against rules, exemptions not counted)"));
            foreach ((VerdictKind live, VerdictKind candidate, ulong count) in Differences(comparison))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {OutcomeWords.Of(live)} would be {OutcomeWords.Of(candidate)}: {count}"));
            }
        }

        (GateNoteKind Kind, string? Rule, ulong Count)[] observed = [.. Observed()];
        if (observed.Length != 0)
        {
            output.WriteLine();
            output.WriteLine("would have decided");
            foreach ((GateNoteKind kind, string? rule, ulong count) in observed)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {OutcomeWords.Of(kind),-10} {count,10}  {rule ?? "no rule: it admits"}"));
            }

            foreach (GateNoteKind kind in observed.Select(one => one.Kind).Distinct())
            {
                output.WriteLine($"  ({OutcomeWords.Of(kind)}: {Meaning(kind)})");
            }
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        if (policy?.Comparison is { } comparison)
        {
            json.WriteStartObject("candidate");
            json.WriteBoolean("exemptions_counted", false);
            json.WriteNumber("judged", comparison.Judged);
            json.WriteNumber("different", comparison.Different);
            json.WriteNumber("harsher", comparison.Harsher);
            json.WriteNumber("milder", comparison.Milder);
            json.WriteStartArray("differences");
            foreach ((VerdictKind live, VerdictKind candidate, ulong count) in Differences(comparison))
            {
                json.WriteStartObject();
                json.WriteString("live", OutcomeWords.Of(live));
                json.WriteString("candidate", OutcomeWords.Of(candidate));
                json.WriteNumber("count", count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        (GateNoteKind Kind, string? Rule, ulong Count)[] observed = [.. Observed()];
        if (observed.Length != 0)
        {
            json.WriteStartArray("would_have_decided");
            foreach ((GateNoteKind kind, string? rule, ulong count) in observed)
            {
                json.WriteStartObject();
                json.WriteString("note", OutcomeWords.Of(kind));
                if (rule is null)
                {
                    json.WriteString("verdict", OutcomeWords.Of(VerdictKind.Admit));
                }
                else
                {
                    json.WriteString("rule", rule);
                }

                json.WriteNumber("count", count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    /// <summary>What would have decided. Where a candidate differs by admitting, no rule of it says so; these add up with the others to all differences.</summary>
    private IEnumerable<(GateNoteKind Kind, string? Rule, ulong Count)> Observed()
    {
        ulong byRules = 0;
        foreach (ObservedRule rule in policy?.Observed ?? [])
        {
            byRules += rule.Kind == GateNoteKind.Candidate ? rule.Count : 0;
            yield return (rule.Kind, rule.Name, rule.Count);
        }

        if (policy?.Comparison is { } comparison && comparison.Different > byRules)
        {
            yield return (GateNoteKind.Candidate, null, comparison.Different - byRules);
        }
    }

    private static string Meaning(GateNoteKind kind) => kind switch
    {
        GateNoteKind.Exempted => "the rule objected, an exemption covers it",
        GateNoteKind.Shadow => "harsher than what the gate decided",
        GateNoteKind.Audit => "the policy spoke",
        _ => "another verdict than the live bundle's, exemptions not counted",
    };

    private static IEnumerable<(VerdictKind Live, VerdictKind Candidate, ulong Count)> Differences(CandidateComparison comparison) =>
        from live in Verdicts
        from candidate in Verdicts
        where live != candidate && comparison[live, candidate] != 0
        select (live, candidate, comparison[live, candidate]);
}
