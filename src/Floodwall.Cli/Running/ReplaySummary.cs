using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>What a replay came to, for people and as JSON.</summary>
internal sealed class ReplaySummary(ReplayReport report)
{
    private const int AgentsShown = 20;
    private const int GatesShown = 8;
    private const int MismatchesShown = 10;

    private readonly PlaneState _state = report.State;

    public void Print(TextWriter output)
    {
        WallCounters counters = _state.Counters;
        string from = report.FirstEntry == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", from the snapshot before entry {report.FirstEntry}");
        Line("entries", report.Size, from.TrimStart(',', ' '));
        Line("clock", _state.Clock, _state.Settings.ReleasePerTick is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{_state.ReleasesLeft} of {_state.Settings.ReleasePerTick} releases left in this tick"));
        Line("decided", counters.Decided, Listed(Verdicts(counters)));
        Line("refused", counters.Refused, Listed(Refusals(counters)));
        Line("waiting", (ulong)_state.Queued, "");
        Line("names", (ulong)_state.Names.Symbols.Count, string.Create(CultureInfo.InvariantCulture, $"and {_state.Names.Rules.Count} rules"));
        Line("policies", (ulong)_state.Policies.Count, string.Join("; ", _state.Policies.Select(Shown)));
        Line("facts", (ulong)_state.Facts.Count, string.Create(CultureInfo.InvariantCulture, $"and {_state.Names.Attributes.Count} attribute sets"));
        Line("judged", report.Judged, report.NotJudged == 0 ? "anew" : string.Create(CultureInfo.InvariantCulture, $"anew; {report.NotJudged} not"));
        Line("notes", report.Noted, Listed(Notes(counters)));
        Line("snapshots", (ulong)report.Snapshots, "compared");
        PrintGates(output);
        PrintAgents(output);
        output.WriteLine();
        foreach (string note in report.Notes)
        {
            output.WriteLine($"note: {note}");
        }

        if (report.TornEnd is { } torn)
        {
            output.WriteLine($"torn end: {torn}");
        }

        PrintMismatches(output);
        output.WriteLine($"state digest {_state.Digest.ToHex()}");

        void Line(string what, ulong count, string rest) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-10} {count,10}  {rest}").TrimEnd());
    }

    public void WriteJson(Utf8JsonWriter json, int exitCode)
    {
        WallCounters counters = _state.Counters;
        json.WriteString("status", report.MismatchCount == 0 ? "good" : "mismatch");
        json.WriteNumber("exit_code", exitCode);
        json.WriteString("state_digest", _state.Digest.ToHex());
        json.WriteNumber("entries", report.Size);
        json.WriteNumber("first_entry", report.FirstEntry);
        json.WriteNumber("clock", _state.Clock);
        if (_state.Settings.ReleasePerTick is { } share)
        {
            json.WriteNumber("release_per_tick", share);
            json.WriteNumber("releases_left", _state.ReleasesLeft);
        }

        WriteCounts("decided", Verdicts(counters));
        WriteCounts("refused", Refusals(counters));
        WriteCounts("notes", Notes(counters));
        json.WriteNumber("judged", report.Judged);
        json.WriteNumber("not_judged", report.NotJudged);
        json.WriteNumber("snapshots", report.Snapshots);
        json.WriteNumber("symbols", _state.Names.Symbols.Count);
        json.WriteNumber("rules", _state.Names.Rules.Count);
        json.WriteNumber("attribute_sets", _state.Names.Attributes.Count);
        json.WriteString("gate", _state.GateAddress.ToHex());
        json.WriteStartArray("policies");
        foreach (PolicyText policy in _state.Policies)
        {
            json.WriteStartObject();
            json.WriteString(policy.IsDescribed ? "policy" : "type", policy.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteGates(json);
        WriteFacts(json);
        WriteAgents(json);
        WritePending(json);
        json.WriteNumber("mismatch_count", report.MismatchCount);
        json.WriteStartArray("mismatches");
        foreach (ReplayMismatch mismatch in report.Mismatches)
        {
            json.WriteStartObject();
            json.WriteNumber("entry", mismatch.EntryIndex);
            json.WriteString("what", mismatch.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (string note in report.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        json.WriteString("torn_end", report.TornEnd);

        void WriteCounts(string name, IEnumerable<(string Word, ulong Count)> counts)
        {
            json.WriteStartObject(name);
            foreach ((string word, ulong count) in counts)
            {
                json.WriteNumber(word, count);
            }

            json.WriteEndObject();
        }
    }

    private static IEnumerable<(string Word, ulong Count)> Verdicts(WallCounters counters) =>
    [
        (OutcomeWords.Of(VerdictKind.Admit), counters.Admitted),
        (OutcomeWords.Of(VerdictKind.Shape), counters.Shaped),
        (OutcomeWords.Of(VerdictKind.Defer), counters.Deferred),
        (OutcomeWords.Of(VerdictKind.RequireApproval), counters.ApprovalRequired),
        (OutcomeWords.Of(VerdictKind.Switch), counters.Switched),
        (OutcomeWords.Of(VerdictKind.Reject), counters.Rejected),
    ];

    private static IEnumerable<(string Word, ulong Count)> Refusals(WallCounters counters) =>
    [
        (OutcomeWords.Of(RefusalKind.Duplicate), counters.Duplicates),
        (OutcomeWords.Of(RefusalKind.Backpressure), counters.Backpressured),
        (OutcomeWords.Of(RefusalKind.RateLimited), counters.RateLimited),
        (OutcomeWords.Of(RefusalKind.AgentTableFull), counters.AgentTableFull),
    ];

    private static IEnumerable<(string Word, ulong Count)> Notes(WallCounters counters) =>
    [
        (OutcomeWords.Of(GateNoteKind.Exempted), counters.ExemptedNotes),
        (OutcomeWords.Of(GateNoteKind.Shadow), counters.ShadowNotes),
        (OutcomeWords.Of(GateNoteKind.Audit), counters.AuditNotes),
        (OutcomeWords.Of(GateNoteKind.Candidate), counters.CandidateNotes),
    ];

    private static string Listed(IEnumerable<(string Word, ulong Count)> counts) => string.Join(
        ", ", counts.Where(c => c.Count != 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Word} {c.Count}")));

    private static string Shown(PolicyText policy)
    {
        string text = policy.Text.Length <= 60 ? policy.Text : policy.Text[..60] + "…";
        return policy.IsDescribed ? text : $"({text})";
    }

    // Which gate judged a decision: the latest one whose entry lies before it.
    private void PrintGates(TextWriter output)
    {
        output.WriteLine($"gate       {_state.GateAddress.ToHex()}");
        foreach (ReplayedGate gate in report.Gates.TakeLast(GatesShown))
        {
            string why = gate.Reason is null ? "opened" : string.Create(CultureInfo.InvariantCulture, $"tick {gate.Tick}: {Printable.Text(gate.Reason)}");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  from entry {gate.EntryIndex + 1,10}  {gate.Address.ToHex()}  {gate.Policies} policies, {why}"));
        }

        if (report.GateCount > GatesShown)
        {
            output.WriteLine($"  and {report.GateCount - GatesShown} more gates (--json lists the first {report.Gates.Count})");
        }
    }

    private void WriteGates(Utf8JsonWriter json)
    {
        json.WriteNumber("gate_count", report.GateCount);
        json.WriteStartArray("gates");
        foreach (ReplayedGate gate in report.Gates)
        {
            json.WriteStartObject();
            json.WriteNumber("entry", gate.EntryIndex);
            json.WriteString("gate", gate.Address.ToHex());
            json.WriteNumber("policies", gate.Policies);
            if (gate.Reason is not null)
            {
                json.WriteNumber("tick", gate.Tick ?? 0);
                json.WriteString("reason", gate.Reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteFacts(Utf8JsonWriter json)
    {
        json.WriteStartArray("facts");
        foreach (Fact fact in _state.Facts.All)
        {
            json.WriteStartObject();
            FactJson.Write(json, in fact, _state.Names);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void PrintAgents(TextWriter output)
    {
        if (_state.Agents == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("agent                                   tokens  last admission");
        foreach (AgentTokens agent in _state.Tokens.Take(AgentsShown))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_state.Names.NameOf(agent.Agent),-30}  {Tokens(agent),14}  {agent.LastTick,14}"));
        }

        if (_state.Agents > AgentsShown)
        {
            output.WriteLine($"and {_state.Agents - AgentsShown} more agents (--json lists all)");
        }
    }

    private void PrintMismatches(TextWriter output)
    {
        foreach (ReplayMismatch mismatch in report.Mismatches.Take(MismatchesShown))
        {
            output.WriteLine($"MISMATCH at entry {mismatch.EntryIndex}: {mismatch.What}");
        }

        if (report.MismatchCount > MismatchesShown)
        {
            output.WriteLine($"and {report.MismatchCount - MismatchesShown} more mismatches");
        }
    }

    private void WriteAgents(Utf8JsonWriter json)
    {
        json.WriteStartArray("agents");
        foreach (AgentTokens agent in _state.Tokens)
        {
            json.WriteStartObject();
            json.WriteString("agent", _state.Names.NameOf(agent.Agent));
            json.WriteNumber("tokens", Tokens(agent));
            json.WriteNumber("last_tick", agent.LastTick);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePending(Utf8JsonWriter json)
    {
        json.WriteStartArray("waiting");
        foreach (PendingIntent pending in _state.Pending)
        {
            json.WriteStartObject();
            IntentJson.Write(json, pending.Intent, _state.Names);
            json.WriteNumber("admitted_tick", pending.AdmittedTick);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static decimal Tokens(AgentTokens agent) => agent.Tokens / (decimal)AdmissionSettings.TokenScale;
}
