using System.CommandLine;
using System.Text;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall checkpoint</c>: prints the signed checkpoint.</summary>
internal static class CheckpointCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string[]> keys = CommonOptions.TrustedKeys(CommonOptions.DeclaredKeyServes);
        Option<string?> state = CommonOptions.StateToReach();
        Command command = new("checkpoint", "Print the ledger's signed checkpoint, once its signature is checked. Keep one to pin the ledger later.")
        {
            directory, keys, state,
        };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            LedgerProver ledger = LedgerProver.Open(parsed.GetRequiredValue(directory), Keys.Trusted(parsed.GetValue(keys) ?? []));
            parsed.InvocationConfiguration.Output.Write(Encoding.UTF8.GetString(ledger.Note.Span));
            return ExitCodes.Good;
        });
        return command;
    }
}
