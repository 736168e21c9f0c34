using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall prove</c>: a tlog-proof of one entry under the published checkpoint.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<ulong?> index = CommonOptions.Number<ulong>("--index", "The entry to prove.", 0, ulong.MaxValue);
        Option<string?> intent = new("--intent")
        {
            HelpName = "AGENT/ID",
            Description = "The intent whose decision to prove; the latest where there are several.",
        };
        Option<string?> file = new("--out") { HelpName = "FILE" + TlogProof.FileExtension, Description = "Where the proof goes; standard output when absent." };
        Option<string[]> keys = CommonOptions.TrustedKeys(CommonOptions.DeclaredKeyServes);
        Option<string?> state = CommonOptions.StateToReach();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "prove",
            "Prove that an entry is in the ledger: writes a C2SP tlog-proof, which verify-proof and other tools check without the ledger.")
        {
            directory, index, intent, file, keys, state, json,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(index) is null) == (result.GetResult(intent) is null))
            {
                result.AddError("Either --index N or --intent AGENT/ID is expected.");
            }
        });
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                LedgerProver.Open(parsed.GetRequiredValue(directory), Keys.Trusted(parsed.GetValue(keys) ?? [])),
                parsed.GetRequiredValue(directory),
                parsed.GetValue(index),
                parsed.GetValue(intent),
                parsed.GetValue(file),
                parsed.GetValue(json),
                parsed.InvocationConfiguration);
        });
        return command;
    }

    private static int Run(
        LedgerProver ledger, string directory, ulong? index, string? intent, string? file, bool json, InvocationConfiguration console)
    {
        DecisionSearch? search = intent is null ? null : Search(ledger, directory, intent);
        ulong entry = index ?? search!.Indexes.Last();
        if (entry >= ledger.Head.Size)
        {
            throw new UsageException(
                $"entry {entry} is under no checkpoint: {ledger.Head.Size} entries are signed, so the last that can be proven is {ledger.Head.Size - 1}.");
        }

        TlogProof proof = ledger.Prove(entry);
        byte[] bytes = proof.Format();
        if (file is not null)
        {
            SmallFiles.Write(file, bytes);
        }

        if (json)
        {
            JsonResult.WriteLine(console.Output, JsonResult.Indented, writer => WriteJson(writer, proof, search, file));
            return ExitCodes.Good;
        }

        // The proof has standard output to itself where it goes there.
        if (file is null)
        {
            console.Output.Write(Encoding.UTF8.GetString(bytes));
        }

        Explain(proof, search, intent, file is null ? console.Error : console.Output);
        return ExitCodes.Good;
    }

    private static DecisionSearch Search(LedgerProver ledger, string directory, string intent)
    {
        // Agents' names may hold slashes, ids cannot.
        int slash = intent.LastIndexOf('/');
        if (slash <= 0 || !ulong.TryParse(intent.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong id))
        {
            throw new UsageException($"--intent is '{intent}'; an agent's name, a slash and the intent's id (a number) are expected.");
        }

        string agent = intent[..slash];
        LedgerReader reader = LedgerReader.Open(directory);
        DecisionSearch search = DecisionSearch.Run(reader, ledger.Head.Size, agent, id);
        return search.Count > 0
            ? search
            : throw new UsageException(search.AgentIsKnown
                ? $"no decision about intent {id} of agent '{agent}' is among the {ledger.Head.Size} signed entries"
                + (reader.PrunedSize > 0 ? $", as far as they are left: decisions before entry {reader.PrunedSize} were pruned." : ".")
                : $"the {ledger.Head.Size} signed entries name no agent '{agent}'.");
    }

    private static void Explain(TlogProof proof, DecisionSearch? search, string? intent, TextWriter output)
    {
        output.WriteLine($"proved: entry {proof.Index} of {proof.Checkpoint.Size} of {proof.Checkpoint.Origin}, root {proof.Checkpoint.Root.ToBase64()}");
        if (search is null)
        {
            return;
        }

        if (search.Count > 1)
        {
            string earlier = (search.Count > (ulong)search.Indexes.Count ? "…, " : "") + string.Join(", ", search.Indexes.SkipLast(1));
            output.WriteLine($"intent {intent} was decided {search.Count} times; this is the latest, the earlier ones are entries {earlier}");
        }

        foreach (DecisionSearch.Definition definition in search.Definitions())
        {
            output.WriteLine($"entry {definition.Index} defines {definition.Kind} '{definition.Name}', which the decision uses");
        }
    }

    private static void WriteJson(Utf8JsonWriter json, TlogProof proof, DecisionSearch? search, string? file)
    {
        json.WriteNumber("index", proof.Index);
        json.WriteString("origin", proof.Checkpoint.Origin);
        json.WriteNumber("size", proof.Checkpoint.Size);
        json.WriteString("root", proof.Checkpoint.Root.ToBase64());
        if (search is not null)
        {
            json.WriteNumber("decisions", search.Count);
            json.WriteStartArray("decision_entries");
            foreach (ulong index in search.Indexes)
            {
                json.WriteNumberValue(index);
            }

            json.WriteEndArray();
            json.WriteStartArray("definitions");
            foreach (DecisionSearch.Definition definition in search.Definitions())
            {
                json.WriteStartObject();
                json.WriteNumber("index", definition.Index);
                json.WriteString("kind", definition.Kind);
                json.WriteString("name", definition.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (file is not null)
        {
            json.WriteString("file", file);
        }
        else
        {
            json.WriteString("proof", Encoding.UTF8.GetString(proof.Format()));
        }
    }
}
