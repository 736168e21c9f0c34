using System.CommandLine;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall dump</c>: a ledger's entries as JSON lines.</summary>
internal static class DumpCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<ulong?> from = CommonOptions.Number<ulong>("--from", "The first entry to print; 0 when absent.", 0, ulong.MaxValue);
        Option<ulong?> count = CommonOptions.Number<ulong>("--count", "How many entries to print; all when absent.", 0, ulong.MaxValue);
        Option<string?> state = CommonOptions.StateToReach();
        Command command = new("dump", "Print a ledger's entries, one JSON object a line. Reads, does not verify.") { directory, from, count, state };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                parsed.GetRequiredValue(directory),
                parsed.GetValue(from) ?? 0,
                parsed.GetValue(count) ?? ulong.MaxValue,
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    private static int Run(string directory, ulong from, ulong count, TextWriter output, TextWriter error)
    {
        if (!ReferenceEquals(output, Console.Out))
        {
            return Print(directory, from, count, output, error);
        }

        try
        {
            using StreamWriter direct = new(StandardOutput.Open(), bufferSize: 64 << 10);
            return Print(directory, from, count, direct, error);
        }
        catch (IOException exception) when (StandardOutput.IsReaderGone(exception))
        {
            return ExitCodes.UsageOrIo;
        }
    }

    private static int Print(string directory, ulong from, ulong count, TextWriter output, TextWriter error)
    {
        // Every entry before the first one asked for is read too: names and rules are defined where they first occur.
        EntryPrinter printer = new();
        using EntryCursor cursor = LedgerReader.Open(directory).ReadFrom(0);
        for (ulong printed = 0; printed < count && cursor.MoveNext();)
        {
            LedgerEntry entry = cursor.Current;
            printer.Learn(entry);
            if (entry.Index >= from)
            {
                printer.Print(entry, output);
                printed++;
            }
        }

        if (cursor.Problem is not { } problem)
        {
            return ExitCodes.Good;
        }

        error.WriteLine($"floodwall: {problem}");
        return ExitCodes.IntegrityFailure;
    }
}
