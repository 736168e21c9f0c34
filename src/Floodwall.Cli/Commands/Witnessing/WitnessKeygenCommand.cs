using System.CommandLine;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands.Witnessing;

/// <summary><c>floodwall witness keygen</c>: a new key for a witness.</summary>
internal static class WitnessKeygenCommand
{
    public static Command Create()
    {
        Option<string> name = new("--name")
        {
            HelpName = "NAME",
            Required = true,
            Description = "The witness's name as it stands in its cosignatures, such as witness.example.com/w1.",
        };
        Option<string> file = new("--out")
        {
            HelpName = "FILE",
            Required = true,
            Description = "Where the private key goes (mode 0600; an existing file is never overwritten).",
        };
        Option<string?> from = new("--from")
        {
            HelpName = "FILE",
            Description = "Take over the key of a witness from a file of Go's sumdb/note, as other witness software keeps it. Never a log's key.",
        };
        Command command = new("keygen", "Make a witness's Ed25519 key and print its public vkey (type 0x04), as policies state it.") { name, file, from };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name), parsed.GetRequiredValue(file), parsed.GetValue(from), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string name, string file, string? from, TextWriter output)
    {
        using Ed25519Signer signer = from is null ? Keys.Generate(name, "--name") : KeyFile.Load(from);
        if (signer.Name != name)
        {
            throw new UsageException($"{from}: the key is named '{signer.Name}'; '{name}' is expected.");
        }

        KeyFile.CreateWitness(file, signer);
        output.WriteLine(new CosignatureSigner(signer).Key);
        return ExitCodes.Good;
    }
}
