using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy simulate</c>: what a bundle would say of changes, without a wall or a ledger.</summary>
internal static class PolicySimulateCommand
{
    public static Command Create()
    {
        Option<string> policy = PolicyCommand.Policy();
        Option<string[]> input = new("--input")
        {
            HelpName = "FILE",
            Required = true,
            Description = "Changes in any format that run reads (docs/intents.md), - for standard input; may be given several times.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> against = new("--against")
        {
            HelpName = "FILE|DIR",
            Description = "The bundle that is in force: say how many intents change from its verdict to that of --policy, and show the first few.",
        };
        Option<string[]> facts = PolicyCommand.Facts();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "simulate",
            "Judge changes by a bundle and count the verdicts, without deciding anything: no wall, no ledger, no rate limits; the clock is the latest "
            + "tick that was read. With --against, show what changes between two bundles. Exits with 0 whatever the verdicts are, with 2 when "
            + "something cannot be read.")
        {
            policy, input, against, facts, json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddKeys(command);
        InputOptions.AddTo(command);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(policy),
            parsed.GetRequiredValue(input),
            parsed.GetValue(against),
            trust.Read(parsed),
            parsed.GetValue(facts) ?? [],
            InputOptions.Read(parsed),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(
        string policy, string[] inputs, string? against, BundleTrust trust, string[] facts, ReadOptions options, bool json, TextWriter output, TextWriter error)
    {
        Vocabulary names = new();
        GateContext context = new(names, new FactTable());
        PolicyBundle bundle = BundleFile.Require(policy, trust, warning => error.WriteLine($"floodwall: {warning}"));
        PolicyBundle? other = against is null ? null : BundleFile.Require(against, trust, warning => error.WriteLine($"floodwall: {warning}"));
        Simulation simulation = new(names, BundleFile.Trial(bundle, context), other is null ? null : BundleFile.Trial(other, context));
        TriedIntents intents = new(context, options);
        intents.Learn(facts);
        foreach (TriedIntent tried in intents.Read(inputs))
        {
            simulation.Judge(tried);
        }

        foreach (InputException skipped in intents.Reports.SelectMany(read => read.Report.FirstErrors))
        {
            error.WriteLine($"floodwall: skipped: {skipped.Message}");
        }

        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer => WriteJson(writer, simulation, bundle, other, names));
        }
        else
        {
            Print(output, simulation, bundle, other, names);
        }

        return ExitCodes.Good;
    }

    private static void Print(TextWriter output, Simulation simulation, PolicyBundle bundle, PolicyBundle? other, Vocabulary names)
    {
        output.WriteLine(Printable.Text(BundleFile.Describe(bundle)));
        string verdicts = string.Join(", ", Enum.GetValues<VerdictKind>()
            .Where(kind => simulation[kind] != 0)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{OutcomeWords.Of(kind)} {simulation[kind]}")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{simulation.Count} intents{(verdicts.Length == 0 ? "" : ": ")}{verdicts}"));
        foreach ((Judgement judgement, SimulatedGroup group) in simulation.Groups.Where(group => group.Key.Rule.Length != 0))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Count,8}  {OutcomeWords.Of(judgement.Kind),-16}  {Printable.Text(judgement.Rule)}{(judgement.IsUnknown ? Reasons.Unknown : "")}"));
            if (other is null)
            {
                PrintExamples(output, group, names, withVerdict: false);
            }
        }

        if (other is null)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"against {Printable.Text(BundleFile.Describe(other))}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{simulation.Changed} of {simulation.Count} intents change{(simulation.OtherReason == 0 ? "" : $"; {simulation.OtherReason} keep their verdict for another reason")}"));
        foreach (((Judgement from, Judgement to), SimulatedGroup group) in simulation.Changes)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Count,8}  {Printable.Text($"{Describe(from)} -> {Describe(to)}")}"));
            PrintExamples(output, group, names, withVerdict: from.Kind == to.Kind);
        }
    }

    private static void PrintExamples(TextWriter output, SimulatedGroup group, Vocabulary names, bool withVerdict)
    {
        foreach ((TriedIntent tried, Verdict before, Verdict verdict) in group.Examples)
        {
            string change = withVerdict ? $" ({VerdictText.Of(before, names)} -> {VerdictText.Of(verdict, names)})" : "";
            output.WriteLine($"            {Printable.Text($"{tried.Position}: {VerdictText.Of(tried.Intent, names)}{change}")}");
        }
    }

    private static string Describe(Judgement judgement) => judgement.Rule.Length == 0 ? OutcomeWords.Of(judgement.Kind) : $"{OutcomeWords.Of(judgement.Kind)} by {judgement.Rule}{(judgement.IsUnknown ? Reasons.Unknown : "")}";

    private static void WriteJson(Utf8JsonWriter json, Simulation simulation, PolicyBundle bundle, PolicyBundle? other, Vocabulary names)
    {
        json.WriteStartObject("policy");
        BundleJson.WriteIdentity(json, bundle);
        json.WriteEndObject();
        json.WriteNumber("intents", simulation.Count);
        json.WriteStartObject("verdicts");
        foreach (VerdictKind kind in Enum.GetValues<VerdictKind>())
        {
            json.WriteNumber(OutcomeWords.Of(kind), simulation[kind]);
        }

        json.WriteEndObject();
        json.WriteStartArray("rules");
        foreach ((Judgement judgement, SimulatedGroup group) in simulation.Groups.Where(group => group.Key.Rule.Length != 0))
        {
            json.WriteStartObject();
            WriteJudgement(json, judgement);
            json.WriteNumber("count", group.Count);
            WriteExamples(json, group, names, withBefore: false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (other is null)
        {
            return;
        }

        json.WriteStartObject("against");
        BundleJson.WriteIdentity(json, other);
        json.WriteEndObject();
        json.WriteNumber("changed", simulation.Changed);
        json.WriteNumber("same_verdict_other_reason", simulation.OtherReason);
        json.WriteStartArray("changes");
        foreach (((Judgement from, Judgement to), SimulatedGroup group) in simulation.Changes)
        {
            json.WriteStartObject();
            json.WriteStartObject("from");
            WriteJudgement(json, from);
            json.WriteEndObject();
            json.WriteStartObject("to");
            WriteJudgement(json, to);
            json.WriteEndObject();
            json.WriteNumber("count", group.Count);
            WriteExamples(json, group, names, withBefore: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteJudgement(Utf8JsonWriter json, Judgement judgement)
    {
        json.WriteString("verdict", OutcomeWords.Of(judgement.Kind));
        if (judgement.Rule.Length != 0)
        {
            json.WriteString("rule", judgement.Rule);
            if (judgement.IsUnknown)
            {
                json.WriteBoolean("unknown", true);
            }
        }
    }

    private static void WriteExamples(Utf8JsonWriter json, SimulatedGroup group, Vocabulary names, bool withBefore)
    {
        json.WriteStartArray("examples");
        foreach ((TriedIntent tried, Verdict before, Verdict verdict) in group.Examples)
        {
            Intent intent = tried.Intent;
            json.WriteStartObject();
            json.WriteString("at", tried.Position.ToString());
            json.WriteStartObject("intent");
            IntentJson.Write(json, in intent, names);
            json.WriteEndObject();
            if (withBefore)
            {
                json.WriteStartObject("before");
                IntentJson.WriteVerdict(json, in before, in intent, names);
                json.WriteEndObject();
            }

            IntentJson.WriteVerdict(json, in verdict, in intent, names);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
