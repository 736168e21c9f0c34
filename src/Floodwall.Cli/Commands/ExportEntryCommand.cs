using System.CommandLine;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall export entry</c>: the bytes of one entry, as its leaf hash covers them.</summary>
internal static class ExportEntryCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<ulong?> index = CommonOptions.Number<ulong>("--index", "The entry.", 0, ulong.MaxValue);
        index.Required = true;
        Option<string> file = new("--out") { HelpName = "FILE", Required = true, Description = "Where the entry's bytes go." };
        Option<string?> state = CommonOptions.StateToReach();
        Command command = new("entry", "Write the bytes of one entry: what its leaf hash covers, and what verify-proof takes. Reads, does not verify.")
        {
            directory, index, file, state,
        };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                parsed.GetRequiredValue(directory), parsed.GetRequiredValue(index)!.Value, parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(string directory, ulong index, string file, TextWriter output)
    {
        LedgerReader ledger = LedgerReader.Open(directory);
        using EntryCursor cursor = ledger.ReadFrom(index);
        if (!cursor.MoveNext())
        {
            throw cursor.Problem is { } problem
                ? new LedgerCorruptException($"entry {index} cannot be read: {problem}")
                : new UsageException($"the ledger has no entry {index}.");
        }

        // Of pruned entries only some were kept, and the cursor goes on with the next.
        if (cursor.Current.Index != index)
        {
            throw new UsageException($"entry {index} was pruned: of entries 0 to {ledger.PrunedSize - 1} only those are left that define something.");
        }

        SmallFiles.Write(file, cursor.Current.Bytes);
        output.WriteLine($"entry {index}: {cursor.Current.Bytes.Length} bytes written to {file}");
        return ExitCodes.Good;
    }
}
