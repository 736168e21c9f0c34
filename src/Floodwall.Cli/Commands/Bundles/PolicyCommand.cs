using System.CommandLine;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy</c>: everything about policy bundles.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new(
        "policy",
        "Check, test, try, explain, sign and compare policy bundles: YAML files of rules (docs/policies.md). 'floodwall run --policy FILE' judges by one.")
    {
        PolicyCheckCommand.Create(),
        PolicyTestCommand.Create(),
        PolicySimulateCommand.Create(),
        PolicyExplainCommand.Create(),
        PolicySignCommand.Create(),
        PolicySnapshotsCommand.Create(),
        PolicyDiffCommand.Create(),
    };

    /// <summary><c>--policy</c> of commands that try one bundle.</summary>
    public static Option<string> Policy() => new("--policy")
    {
        HelpName = "FILE|DIR",
        Required = true,
        Description = "The policy bundle: a file, a signed bundle (with --policy-key), or a folder whose *.yaml and *.yml files are one bundle.",
    };

    /// <summary><c>--facts</c>.</summary>
    public static Option<string[]> Facts() => new("--facts")
    {
        HelpName = "FILE",
        Description = "Facts that are known from the start, one JSON object a line (docs/intents.md); may be given several times.",
        AllowMultipleArgumentsPerToken = false,
    };
}
