using System.CommandLine;
using System.Text;
using System.Text.Json;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Intents;
using Floodwall.Cli.Formats.Json;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;
using SourcePosition = Floodwall.Cli.Formats.SourcePosition;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy explain</c>: every rule about one intent, clause by clause.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create()
    {
        Option<string> policy = PolicyCommand.Policy();
        Option<string> intent = new("--intent")
        {
            HelpName = "JSON|@FILE",
            Required = true,
            Description = "The intent as JSON in the fields of docs/intents.md; or @FILE, a file in any format that run reads, whose facts before the intent are known.",
        };
        Option<string?> resource = new("--resource") { HelpName = "NAME", Description = "With @FILE: explain the first change of this resource." };
        Option<string[]> facts = PolicyCommand.Facts();
        Option<ulong?> tick = CommonOptions.Number<ulong>("--tick", "The wall's clock; when absent the tick at which the intent was submitted.", 0, ulong.MaxValue);
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "explain",
            "Say why a bundle decides about an intent as it does: the verdict, the rule and its reason, and then every rule with the value of every "
            + "clause, or with what is missing. Exits with 0 whatever the verdict is, with 2 when something cannot be read.")
        {
            policy, intent, resource, facts, tick, json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddKeys(command);
        InputOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            PolicyBundle bundle = BundleFile.Require(
                parsed.GetRequiredValue(policy), trust.Read(parsed), warning => parsed.InvocationConfiguration.Error.WriteLine($"floodwall: {warning}"));
            GateContext context = new(new Vocabulary(), new FactTable());
            PolicyTrial trial = BundleFile.Trial(bundle, context);
            TriedIntents intents = new(context, InputOptions.Read(parsed));
            intents.Learn(parsed.GetValue(facts) ?? []);
            TriedIntent tried = Find(parsed.GetRequiredValue(intent), parsed.GetValue(resource), intents, context.Vocabulary, InputOptions.Read(parsed));
            Explained explained = new(bundle, trial, tried.Intent, parsed.GetValue(tick) ?? tried.Tick, context.Vocabulary);
            if (parsed.GetValue(json))
            {
                JsonResult.WriteLine(parsed.InvocationConfiguration.Output, JsonResult.Indented, explained.WriteJson);
            }
            else
            {
                explained.Print(parsed.InvocationConfiguration.Output);
            }

            return ExitCodes.Good;
        });
        return command;
    }

    private static TriedIntent Find(string text, string? resource, TriedIntents intents, Vocabulary names, ReadOptions options)
    {
        if (!text.StartsWith('@'))
        {
            if (resource is not null)
            {
                throw new UsageException("--resource belongs to --intent @FILE; an intent as JSON names its resource itself.");
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text);
            SourcePosition position = new("--intent", 1);
            JsonText.Check(bytes, position);
            using JsonDocument document = JsonText.Parse(bytes, position);
            return intents.Map(NativeIntentReader.Intent(JsonFields.Of(document.RootElement, position), options.Derivation));
        }

        // Reading ends with the change that is asked for: the facts behind it are not known yet.
        TriedIntent? found = null;
        long count = 0;
        foreach (TriedIntent tried in intents.Read([text[1..]]))
        {
            count++;
            if (resource is null ? found is not null : names.NameOf(tried.Intent.Resource) == resource)
            {
                return resource is not null
                    ? tried
                    : throw new UsageException($"{text[1..]} holds several changes; say which with --resource, as in --resource {names.NameOf(found!.Value.Intent.Resource)}");
            }

            found ??= resource is null ? tried : null;
        }

        return found ?? throw new UsageException(count == 0
            ? $"{text[1..]} holds no change."
            : $"{text[1..]} holds no change of the resource '{resource}'.");
    }

    /// <summary>An explanation, to be printed.</summary>
    private sealed class Explained(PolicyBundle bundle, PolicyTrial trial, Intent intent, ulong tick, Vocabulary names)
    {
        private readonly PolicyExplanation _explanation = trial.Explain(in intent, tick);

        public void Print(TextWriter output)
        {
            Verdict verdict = _explanation.Verdict;
            output.WriteLine(Printable.Text($"{VerdictText.Of(in intent, names)}, tick {tick.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
            output.WriteLine(Printable.Text(BundleFile.Describe(bundle)));
            output.WriteLine(Printable.Text(_explanation.Winner is { } winner
                ? $"{VerdictText.Of(in verdict, names)} by {winner.Policy}/{winner.Rule}: {ReasonText.Of(in verdict, in intent, names)}"
                : "admit: no enforced rule objects"));
            foreach (RuleExplanation rule in _explanation.Rules)
            {
                Print(output, rule);
            }
        }

        public void WriteJson(Utf8JsonWriter json)
        {
            Verdict verdict = _explanation.Verdict;
            json.WriteStartObject("policy");
            BundleJson.WriteIdentity(json, bundle);
            json.WriteEndObject();
            json.WriteStartObject("intent");
            IntentJson.Write(json, in intent, names);
            json.WriteEndObject();
            json.WriteNumber("tick", tick);
            IntentJson.WriteVerdict(json, in verdict, in intent, names);
            json.WriteStartArray("rules");
            foreach (RuleExplanation rule in _explanation.Rules)
            {
                WriteJson(json, rule);
            }

            json.WriteEndArray();
        }

        private void Print(TextWriter output, RuleExplanation rule)
        {
            Verdict verdict = rule.Verdict;
            string mode = rule.Mode == PolicyMode.Enforce ? "" : $" ({rule.Mode.ToString().ToLowerInvariant()} only)";
            string what = rule.Holds switch
            {
                true => $"applies: {VerdictText.Of(in verdict, names)}{mode}",
                null => $"unknown: {VerdictText.Of(in verdict, names)}{mode}",
                _ => "does not apply",
            };
            output.WriteLine();
            output.WriteLine(Printable.Text($"{rule.Policy}/{rule.Rule}  {what}{(ReferenceEquals(rule, _explanation.Winner) ? "  <- decides" : "")}"));
            foreach (ClauseExplanation clause in rule.Clauses)
            {
                string why = clause.Why.Count == 0 ? "" : $"  -- {string.Join(", ", clause.Why)}";
                output.WriteLine(Printable.Text($"  {Word(clause.Holds),-7}  {clause.Text}{(clause.IsScope ? "  (scope)" : "")}{why}"));
            }
        }

        private void WriteJson(Utf8JsonWriter json, RuleExplanation rule)
        {
            Verdict verdict = rule.Verdict;
            json.WriteStartObject();
            json.WriteString("rule", $"{rule.Policy}/{rule.Rule}");
            json.WriteString("scope", rule.Scope);
            json.WriteString("mode", rule.Mode.ToString().ToLowerInvariant());
            json.WriteNumber("priority", rule.Priority);
            json.WriteString("file", rule.Position.File);
            json.WriteNumber("line", rule.Position.Line);
            json.WriteString("condition", Word(rule.Holds));
            json.WriteBoolean("decides", ReferenceEquals(rule, _explanation.Winner));
            json.WriteStartObject("says");
            IntentJson.WriteVerdict(json, in verdict, in intent, names);
            json.WriteEndObject();
            json.WriteStartArray("clauses");
            foreach (ClauseExplanation clause in rule.Clauses)
            {
                json.WriteStartObject();
                json.WriteString("clause", clause.Text);
                json.WriteString("value", Word(clause.Holds));
                json.WriteBoolean("scope", clause.IsScope);
                if (clause.Why.Count != 0)
                {
                    json.WriteStartArray("why");
                    foreach (string why in clause.Why)
                    {
                        json.WriteStringValue(why);
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        private static string Word(bool? value) => value switch { true => "true", false => "false", _ => "unknown" };
    }
}
