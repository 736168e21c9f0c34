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
                $"candidate  {comparison.Different} of {comparison.Judged} would differ: {comparison.Harsher} harsher, {comparison.Milder} milder"));
            foreach ((VerdictKind live, VerdictKind candidate, ulong count) in Differences(comparison))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {OutcomeWords.Of(live)} would be {OutcomeWords.Of(candidate)}: {count}"));
            }
        }

        if (policy is { Observed: { Count: > 0 } observed })
        {
            output.WriteLine();
            output.WriteLine("would have decided");
            foreach (ObservedRule rule in observed)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {OutcomeWords.Of(rule.Kind),-10} {rule.Count,10}  {rule.Name}"));
            }
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        if (policy?.Comparison is { } comparison)
        {
            json.WriteStartObject("candidate");
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

        if (policy is { Observed: { Count: > 0 } observed })
        {
            json.WriteStartArray("would_have_decided");
            foreach (ObservedRule rule in observed)
            {
                json.WriteStartObject();
                json.WriteString("note", OutcomeWords.Of(rule.Kind));
                json.WriteString("rule", rule.Name);
                json.WriteNumber("count", rule.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static IEnumerable<(VerdictKind Live, VerdictKind Candidate, ulong Count)> Differences(CandidateComparison comparison) =>
        from live in Verdicts
        from candidate in Verdicts
        where live != candidate && comparison[live, candidate] != 0
        select (live, candidate, comparison[live, candidate]);
}
