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
        Command command = new("keygen", "Make a witness's Ed25519 key and print its public vkey (type 0x04), as policies state it.") { name, file };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name), parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string name, string file, TextWriter output)
    {
        using Ed25519Signer signer = Keys.Generate(name, "--name");
        KeyFile.Create(file, signer);
        output.WriteLine(new CosignatureSigner(signer).Key);
        return ExitCodes.Good;
    }
}
