using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>What a run came to, for people and as JSON: by stage, by verdict, by rule, by agent.</summary>
internal sealed class Summary(RunTally tally, INames names, LedgerSizes sizes, OpenReport? opened, ResumeReport? resumed = null)
{
    private const int AgentsShown = 20;

    private static readonly VerdictKind[] Verdicts = Enum.GetValues<VerdictKind>();

    private static readonly RefusalKind[] Refusals =
        [RefusalKind.Duplicate, RefusalKind.Backpressure, RefusalKind.RateLimited, RefusalKind.AgentTableFull, RefusalKind.LedgerUnavailable];

    public void Print(TextWriter output)
    {
        OutcomeCounts all = tally.All;
        output.WriteLine(Line("intents", all.Total, ""));
        output.WriteLine(Line("admission", all.Decided, "queued" + Listed(Refusals.Select(kind => (OutcomeWords.Of(kind), all[kind])))));
        output.WriteLine(Line("gate", all.Decided, "decided" + Listed(
            [("admitted", all[VerdictKind.Admit]), ("shaped", all[VerdictKind.Shape]), ("deferred", all[VerdictKind.Defer]),
            ("approval required", all[VerdictKind.RequireApproval]), ("switched", all[VerdictKind.Switch]), ("rejected", all[VerdictKind.Reject])])));
        output.WriteLine(Line("ledger", sizes.Appended, $"entries: {sizes.Durable} durable, {sizes.Signed} signed"));
        PrintRules(output);
        PrintAgents(output);
        PrintNotAdmitted(output);
        if (resumed is { GivenUp: > 0 and int givenUp })
        {
            output.WriteLine();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"On opening, {givenUp} {(givenUp == 1 ? "intent" : "intents")} that an earlier run left waiting {(givenUp == 1 ? "was" : "were")} given up: never decided, and the tokens stay spent. Submit again what is still wanted."));
        }

        if (opened?.Problem is { } problem)
        {
            output.WriteLine();
            output.WriteLine(opened.SideFile is null
                ? $"On opening: {problem}"
                : $"On opening, {opened.CutBytes} unsigned bytes were cut off and kept in {opened.SideFile}: {problem}");
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        OutcomeCounts all = tally.All;
        json.WriteNumber("intents", all.Total);
        WriteCounts("admission", [("queued", all.Decided), .. Refusals.Select(kind => (OutcomeWords.Of(kind), all[kind]))]);
        WriteCounts("gate", [("decided", all.Decided), .. Verdicts.Select(kind => (OutcomeWords.Of(kind), all[kind]))]);
        WriteCounts("ledger", [("appended", (long)sizes.Appended), ("durable", (long)sizes.Durable), ("signed", (long)sizes.Signed)]);
        if (resumed is { GivenUp: > 0 and int givenUp })
        {
            json.WriteNumber("given_up", givenUp);
        }

        json.WriteStartArray("rules");
        foreach ((RuleId rule, VerdictKind kind, bool unknown, long count) in RulesByCount())
        {
            json.WriteStartObject();
            json.WriteString("rule", NameOf(rule));
            json.WriteString("verdict", OutcomeWords.Of(kind));
            if (unknown)
            {
                json.WriteBoolean("unknown", true);
            }

            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("agents");
        foreach ((Symbol agent, OutcomeCounts counts) in AgentsByCount())
        {
            json.WriteStartObject();
            json.WriteString("agent", names.NameOf(agent));
            json.WriteNumber("intents", counts.Total);
            json.WriteNumber("refused", counts.Refused);
            foreach (VerdictKind kind in Verdicts)
            {
                json.WriteNumber(OutcomeWords.Of(kind), counts[kind]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();

        void WriteCounts(string name, IEnumerable<(string Word, long Count)> counts)
        {
            json.WriteStartObject(name);
            foreach ((string word, long count) in counts)
            {
                json.WriteNumber(word, count);
            }

            json.WriteEndObject();
        }
    }

    private static string Line(string stage, long count, string rest) =>
        string.Create(CultureInfo.InvariantCulture, $"{stage,-10} {count,8}  {rest}").TrimEnd();

    private static string Line(string stage, ulong count, string rest) => Line(stage, (long)count, rest);

    private static string Listed(IEnumerable<(string Word, long Count)> counts)
    {
        string list = string.Join(", ", counts.Where(c => c.Count != 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Word} {c.Count}")));
        return list.Length == 0 ? "" : ": " + list;
    }

    private void PrintRules(TextWriter output)
    {
        if (tally.Rules.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("rule                            verdict              count");
        foreach ((RuleId rule, VerdictKind kind, bool unknown, long count) in RulesByCount())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{NameOf(rule),-30}  {OutcomeWords.Of(kind),-16}  {count,8}{(unknown ? " " + Reasons.Unknown : "")}"));
        }
    }

    private void PrintAgents(TextWriter output)
    {
        if (tally.Agents.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("agent                            intents   refused  admitted  deferred  rejected     other");
        foreach ((Symbol agent, OutcomeCounts counts) in AgentsByCount().Take(AgentsShown))
        {
            long other = counts.Decided - counts[VerdictKind.Admit] - counts[VerdictKind.Defer] - counts[VerdictKind.Reject];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Shortened(Printable.Text(names.NameOf(agent))),-30}  {counts.Total,8}  {counts.Refused,8}  {counts[VerdictKind.Admit],8}  {counts[VerdictKind.Defer],8}  {counts[VerdictKind.Reject],8}  {other,8}"));
        }

        if (tally.Agents.Count > AgentsShown)
        {
            output.WriteLine($"and {tally.Agents.Count - AgentsShown} more agents (--json lists all)");
        }
    }

    private void PrintNotAdmitted(TextWriter output)
    {
        if (tally.NotAdmitted.Count == 0)
        {
            return;
        }

        long rest = tally.All.Total - tally.All[VerdictKind.Admit] - tally.NotAdmitted.Count;
        output.WriteLine();
        output.WriteLine(rest == 0 ? "not admitted:" : "not admitted, some for each reason:");
        foreach ((Intent intent, Decision decision) in tally.NotAdmitted)
        {
            string outcome = decision.Outcome == Outcome.Refused
                ? $"refused: {OutcomeWords.Of(decision.Refusal.Kind)}"
                : $"{OutcomeWords.Of(decision.Verdict.Kind)}: {Reasons.Of(decision.Verdict, intent, names)}";
            output.WriteLine($"  {IntentWords.Of(intent.Action)} {Printable.Text(names.NameOf(intent.Resource))} by {Printable.Text(names.NameOf(intent.Agent))}: {Printable.Text(outcome)}");
        }
    }

    // Of two rows of a rule and verdict, the one whose condition was known comes first.
    private IEnumerable<(RuleId Rule, VerdictKind Kind, bool IsUnknown, long Count)> RulesByCount() => tally.Rules
        .GroupBy(rule => (rule.Key.Rule, rule.Key.Kind, IsUnknown: BundlePolicy.IsBecauseUnknown(rule.Key.Rule, rule.Key.Detail, names)))
        .Select(group => (group.Key.Rule, group.Key.Kind, group.Key.IsUnknown, Count: group.Sum(rule => rule.Value)))
        .OrderByDescending(rule => rule.Count).ThenBy(rule => rule.Rule.Id).ThenBy(rule => rule.IsUnknown);

    private IEnumerable<KeyValuePair<Symbol, OutcomeCounts>> AgentsByCount() =>
        tally.Agents.OrderByDescending(agent => agent.Value.Total).ThenBy(agent => names.NameOf(agent.Key), StringComparer.Ordinal);

    private string NameOf(RuleId rule) => names.FindRule(rule)?.Name ?? $"rule-{rule.Id}";

    private static string Shortened(string name) => name.Length <= 30 ? name : name[..14] + "…" + name[^15..];
}
