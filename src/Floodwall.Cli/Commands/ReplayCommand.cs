using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall replay</c>: a wall's state from its ledger alone, and every verdict judged anew.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string?> state = CommonOptions.StateToReach();
        Option<bool> json = CommonOptions.Json();
        Option<ulong?> to = new("--to") { HelpName = "INDEX", Description = "The last entry to take in; all when absent." };
        Option<bool> tail = new("--from-snapshot")
        {
            Description = "Begin with the latest snapshot, as a wall does that opens, instead of the first entry.",
        };
        Command command = new(
            "replay",
            "Rebuild the wall's state from the ledger and judge every decision anew. Reads, does not verify; hands nothing on. "
            + "Exits with 1 when something on record is not what the wall's own rules give, with 2 when the ledger cannot be read.")
        {
            directory, to, tail, state, json,
        };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                parsed.GetRequiredValue(directory),
                parsed.GetValue(to),
                parsed.GetValue(tail),
                parsed.GetValue(json),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    private static int Run(string directory, ulong? to, bool fromSnapshot, bool json, TextWriter output, TextWriter error)
    {
        ProgressLine progress = ProgressLine.For(error);
        long start = Stopwatch.GetTimestamp();
        ReplayReport report;
        try
        {
            report = LedgerReplay.Run(directory, new ReplayOptions
            {
                Catalog = BundlePolicy.AddTo(new PolicyCatalog()),
                To = to,
                FromSnapshot = fromSnapshot,
                Progress = entries => progress.Report(() => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entries:N0} entries replayed, {entries / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6:F1} M/s")),
            });
            RequireSigned(directory, report, to);
        }
        catch (LedgerCorruptException unreadable)
        {
            progress.Clear();
            error.WriteLine($"floodwall: {unreadable.Message}");
            return ExitCodes.UsageOrIo;
        }

        progress.Clear();
        if (to is { } wanted && report.Size <= wanted)
        {
            throw new UsageException($"--to {wanted}: the ledger's last entry is {report.Size - 1}.");
        }

        int code = report.MismatchCount == 0 ? ExitCodes.Good : ExitCodes.IntegrityFailure;
        ReplaySummary summary = new(report);
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer => summary.WriteJson(writer, code));
        }
        else
        {
            summary.Print(output);
        }

        return code;
    }

    // A torn end, or one between two entries, is what a crash leaves behind the last checkpoint; under it, something is missing.
    private static void RequireSigned(string directory, ReplayReport report, ulong? to)
    {
        string path = new LedgerPaths(directory).Checkpoint;
        bool stated = (to is null || report.Size <= to)
            && File.Exists(path)
            && SignedNote.TryParse(FileLedgerStorage.Instance.ReadSmallFile(path, LedgerLimits.MaxNoteBytes), out SignedNote? note, out _)
            && Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out _)
            && checkpoint.Size > report.Size;
        if (stated)
        {
            throw new LedgerCorruptException(
                $"{directory}: {report.TornEnd ?? "the log ends"} (the checkpoint covers entries behind the {report.Size} that can be read)", report.Size);
        }
    }
}
