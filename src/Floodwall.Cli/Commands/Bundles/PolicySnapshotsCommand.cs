using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Output;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy snapshots</c>: by which policies a ledger's decisions were judged.</summary>
internal static class PolicySnapshotsCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string?> show = new("--show")
        {
            HelpName = "ADDRESS",
            Description = "Print the text under an address, or under the only one that begins so (6 hexadecimal digits at least): a bundle as the policy file it is (sha256:…), a gate with one policy a line.",
        };
        Option<string?> restore = new("--restore")
        {
            HelpName = "ADDRESS",
            Description = "Write the bundle under an address, or the only one of the gate there, to --out: byte for byte what was on record, a policy file that 'run --policy' takes.",
        };
        Option<string?> to = new("--out", "-o") { HelpName = "FILE", Description = "Where --restore puts it; a file that is there is replaced as a whole." };
        Option<string?> state = CommonOptions.StateToReach();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "snapshots",
            "List the gates that judged a ledger's decisions: the entry from which each held, its address, when and why it came, its policies (bundles by "
            + "name, revision and address, and the candidate that was tried beside one), and how many decisions were judged under it. 'floodwall run --rollback ADDRESS' lets a gate judge again. Reads, does not verify. "
            + "Exits with 1 when the log breaks off.")
        {
            directory, show, restore, to, state, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(restore) is null != result.GetValue(to) is null)
            {
                result.AddError("--restore and --out belong together: what is written, and where.");
            }

            if (result.GetValue(restore) is not null && result.GetValue(show) is not null)
            {
                result.AddError("Say either --show or --restore.");
            }
        });
        command.SetAction(parsed =>
        {
            string ledger = parsed.GetRequiredValue(directory);
            StateFolder.RequireReached(ledger, parsed.GetValue(state));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(restore) is { } wanted)
            {
                return Restore(ledger, wanted, parsed.GetValue(to)!, parsed.GetValue(json), output);
            }

            return parsed.GetValue(show) is { } address
                ? Show(RecordedText.Find(ledger, address), parsed.GetValue(json), output)
                : List(ledger, parsed.GetValue(json), output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    private static int Restore(string ledger, string address, string to, bool json, TextWriter output)
    {
        RecordedText found = RecordedText.Find(ledger, address);
        PolicyBundle bundle = found.Require(address);
        SmallFiles.Write(to, found.RequireBytes(address));
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                BundleJson.WriteIdentity(writer, bundle);
                writer.WriteString("file", to);
            });
        }
        else
        {
            output.WriteLine(Printable.Text($"restored {BundleFile.Describe(bundle)}: {to}"));
        }

        return ExitCodes.Good;
    }

    private static int Show(RecordedText found, bool json, TextWriter output)
    {
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                if (found.Bundle is { } bundle)
                {
                    WritePolicy(writer, bundle);
                    writer.WritePropertyName("bundle");
                    writer.WriteRawValue(bundle.Bundle!);
                }
                else
                {
                    writer.WriteString("gate", found.Composition!.Address);
                    WritePolicies(writer, found.Composition);
                }
            });
            return ExitCodes.Good;
        }

        // A bundle's text is shown byte for byte, so that it can be kept and hashed.
        foreach (string line in found.Bundle is { } one ? [one.Bundle!] : found.Composition!.Policies.Select(policy => policy.Text.IsDescribed ? policy.Text.Text : $"(not described) {policy.Text.Text}"))
        {
            output.WriteLine(line);
        }

        return ExitCodes.Good;
    }

    private static int List(string ledger, bool json, TextWriter output, TextWriter error)
    {
        RecordedGates gates = RecordedGates.Read(ledger);
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer => WriteJson(writer, gates));
        }
        else
        {
            Print(output, gates);
        }

        if (gates.Problem is not { } problem)
        {
            return ExitCodes.Good;
        }

        error.WriteLine($"floodwall: {problem}");
        return ExitCodes.IntegrityFailure;
    }

    private static void Print(TextWriter output, RecordedGates gates)
    {
        if (gates.Pruned != 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the entries before {gates.Pruned} were pruned: decisions among them are not counted"));
        }

        if (gates.DecisionsBefore != 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"an empty gate  {gates.DecisionsBefore} decisions"));
        }

        foreach (RecordedComposition gate in gates.All)
        {
            string when = (gate.Reason, gate.Tick) switch
            {
                ({ } reason, _) => string.Create(CultureInfo.InvariantCulture, $"swapped in at tick {gate.Tick}: {reason}"),
                (null, { } tick) => string.Create(CultureInfo.InvariantCulture, $"opened behind tick {tick}"),
                _ => "opened",
            };
            output.WriteLine($"gate {gate.Address}");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  entry {gate.Entry}, {Printable.Text(when)}; {gate.Decisions} {(gate.Decisions == 1 ? "decision" : "decisions")}"));
            foreach (RecordedPolicy policy in gate.Policies)
            {
                output.WriteLine($"    {Printable.Text(Describe(policy, "bundle"))}");
                if (policy.Candidate is { } candidate)
                {
                    output.WriteLine($"    {Printable.Text(Describe(candidate, "candidate"))}");
                }
            }
        }
    }

    private static string Describe(RecordedPolicy policy, string word)
    {
        if (policy.BundleAddress is not { } address)
        {
            return policy.Text.IsDescribed ? policy.Text.Text : $"{policy.Text.Text} (not described)";
        }

        string revision = policy.BundleRevision == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" revision {policy.BundleRevision}");
        return $"{word} {policy.BundleName ?? "(unnamed)"}{revision} {CanonicalForm.AddressPrefix}{address}";
    }

    private static void WriteJson(Utf8JsonWriter json, RecordedGates gates)
    {
        json.WriteNumber("pruned_entries", gates.Pruned);
        json.WriteNumber("decisions_before_the_first", gates.DecisionsBefore);
        json.WriteStartArray("gates");
        foreach (RecordedComposition gate in gates.All)
        {
            json.WriteStartObject();
            json.WriteNumber("entry", gate.Entry);
            json.WriteString("gate", gate.Address);
            json.WriteString("how", gate.Reason is null ? "opened" : "swapped");
            if (gate.Tick is { } tick)
            {
                json.WriteNumber(gate.Reason is null ? "behind_tick" : "tick", tick);
            }

            if (gate.Reason is { } reason)
            {
                json.WriteString("reason", reason);
            }

            json.WriteNumber("decisions", gate.Decisions);
            WritePolicies(json, gate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePolicies(Utf8JsonWriter json, RecordedComposition gate)
    {
        json.WriteStartArray("policies");
        foreach (RecordedPolicy policy in gate.Policies)
        {
            json.WriteStartObject();
            WritePolicy(json, policy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePolicy(Utf8JsonWriter json, RecordedPolicy policy)
    {
        if (policy.BundleAddress is not { } address)
        {
            json.WriteString(policy.Text.IsDescribed ? "policy" : "type", policy.Text.Text);
            return;
        }

        if (policy.BundleName is { } name)
        {
            json.WriteString("name", name);
        }

        if (policy.BundleRevision != 0)
        {
            json.WriteNumber("revision", policy.BundleRevision);
        }

        json.WriteString("address", CanonicalForm.AddressPrefix + address);
        if (policy.Candidate is { } candidate)
        {
            json.WriteStartObject("candidate");
            WritePolicy(json, candidate);
            json.WriteEndObject();
        }
    }
}
