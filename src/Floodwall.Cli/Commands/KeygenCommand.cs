using System.CommandLine;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall keygen</c>: a new signing key.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        Option<string> origin = new("--origin")
        {
            HelpName = "NAME",
            Required = true,
            Description = "The key's name and the origin of every checkpoint it signs, such as wall.example.com/production.",
        };
        Option<string> file = new("--out")
        {
            HelpName = "FILE",
            Required = true,
            Description = "Where the private key goes (mode 0600; an existing file is never overwritten).",
        };
        Command command = new("keygen", "Make an Ed25519 signing key and print its public vkey.") { origin, file };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(origin), parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string origin, string file, TextWriter output)
    {
        using Ed25519Signer signer = Keys.Generate(origin);
        KeyFile.Create(file, signer);
        output.WriteLine(signer.VerifierKey);
        return ExitCodes.Good;
    }
}
