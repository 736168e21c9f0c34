using System.CommandLine;
using System.Text;
using System.Text.Json;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Formats.Intents;
using Floodwall.Cli.Formats.Json;
using Floodwall.Cli.Output;
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
        Option<string?> shadow = new("--shadow")
        {
            HelpName = "FILE|DIR",
            Description = "A candidate beside the bundle, as with 'run --shadow': say what it would have said, and by which of its rules.",
        };
        Option<string[]> facts = PolicyCommand.Facts();
        Option<ulong?> tick = CommonOptions.Number<ulong>("--tick", "The wall's clock; when absent the tick at which the intent was submitted.", 0, ulong.MaxValue);
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "explain",
            "Say why a bundle decides about an intent as it does: the verdict, the rule and its reason; the exemption that changed it, and what it would "
            + "have been without; what policies in mode shadow and audit and a candidate would have said; and then every rule with the value of every "
            + "clause, or with what is missing. Each intent by itself: no exemption is used up. Exits with 0 whatever the verdict is, with 2 when something cannot be read.")
        {
            policy, intent, resource, shadow, facts, tick, json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddKeys(command);
        InputOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            BundleTrust trusted = trust.Read(parsed);
            PolicyBundle bundle = BundleFile.Require(parsed.GetRequiredValue(policy), trusted, Warn);
            PolicyBundle? candidate = parsed.GetValue(shadow) is { } path ? BundleFile.Require(path, trusted, Warn) : null;
            GateContext context = new(new Vocabulary(), new FactTable());
            PolicyTrial trial = BundleFile.Trial(bundle, context, candidate);
            TriedIntents intents = new(context, InputOptions.Read(parsed));
            intents.Learn(parsed.GetValue(facts) ?? []);
            TriedIntent tried = Find(parsed.GetRequiredValue(intent), parsed.GetValue(resource), intents, context.Vocabulary, InputOptions.Read(parsed));
            Intent subject = tried.Intent;
            ulong clock = parsed.GetValue(tick) ?? tried.Tick;
            ExplainedIntent explained = new(trial.Policy, trial.Explain(in subject, clock), subject, clock, context.Vocabulary);
            if (parsed.GetValue(json))
            {
                JsonResult.WriteLine(parsed.InvocationConfiguration.Output, JsonResult.Indented, writer => ExplainedJson.Write(writer, explained));
            }
            else
            {
                ExplainedText.Print(parsed.InvocationConfiguration.Output, explained);
            }

            return ExitCodes.Good;

            void Warn(string warning) => parsed.InvocationConfiguration.Error.WriteLine($"floodwall: {warning}");
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
}
