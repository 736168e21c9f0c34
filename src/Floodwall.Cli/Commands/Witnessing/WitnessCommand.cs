using System.CommandLine;

namespace Floodwall.Cli.Commands.Witnessing;

/// <summary><c>floodwall witness</c>: have checkpoints cosigned, and cosign those of others.</summary>
internal static class WitnessCommand
{
    public static Command Create() => new(
        "witness", "Have a ledger's checkpoints cosigned by witnesses, or be a witness. See docs/witnesses.md.")
    {
        WitnessKeygenCommand.Create(),
        WitnessServeCommand.Create(),
        WitnessRequestCommand.Create(),
        WitnessApplyCommand.Create(),
    };

    /// <summary>What the ledger's state folder is to these commands.</summary>
    public const string StateServes = "The ledger's state folder, which keeps the checkpoint that is being cosigned. DIR.state when absent.";

    public static Option<string> Policy(bool required) => new("--policy")
    {
        HelpName = "FILE",
        Required = required,
        Description = "A trust policy (C2SP tlog-policy): which witnesses count, and how many are enough.",
    };
}
