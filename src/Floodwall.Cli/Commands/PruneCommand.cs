using System.CommandLine;
using Floodwall.Cli.Output;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall prune</c>: drops a ledger's oldest segments.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string?> before = new("--before")
        {
            HelpName = "CHECKPOINT",
            Description = "A file with a signed checkpoint of this ledger, which you keep: segments wholly under it go.",
        };
        Option<ulong?> keepFrom = CommonOptions.Number<ulong>("--keep-from", "Segments wholly before this entry go; it must be signed already.", 0, LedgerLimits.MaxIndex);
        Option<int?> threads = CommonOptions.Threads();
        Option<string?> state = CommonOptions.State();
        Option<string?> recycle = CommonOptions.Recycle(
            "Move the segment files there, until 16 lie there, in place of deleting them; run --recycle makes new segments out of them. "
            + "Until then what they hold stays on the disk, readable.");
        Option<bool> missingHighWater = CommonOptions.AllowMissingHighWater();
        Option<bool> json = CommonOptions.Json();
        Option<bool> final = new("--allow-no-snapshot")
        {
            Description = "Prune though no snapshot of the wall's state stays: the ledger can be verified and read, but no wall can be opened on it again.",
        };
        Command command = new(
            "prune",
            "Drop the oldest segments of a ledger. Their hashes, and the entries that define what later ones mean, stay in one file that the "
            + "signed root vouches for; the rest of them is gone for good (with --recycle: from the ledger), so archive the segments first.")
        {
            directory, before, keepFrom, final, recycle, state, missingHighWater, threads, json,
        };
        (_, Option<bool> apply) = CommonOptions.DryRunOrApply(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(before) is null == result.GetValue(keepFrom) is null)
            {
                result.AddError("Say either --before CHECKPOINT or --keep-from INDEX.");
            }
        });
        command.SetAction(parsed =>
        {
            LedgerPaths paths = StateFolder.Require(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            return Run(
                new LedgerOptions
                {
                    Directory = parsed.GetRequiredValue(directory),
                    StateDirectory = paths.StateDirectory,
                    RecycleDirectory = RecycleFolder.Require(paths, parsed.GetValue(recycle)),
                    AllowMissingHighWater = parsed.GetValue(missingHighWater),
                    VerifyThreads = parsed.GetValue(threads) ?? 0,
                },
                parsed.GetValue(before),
                parsed.GetValue(keepFrom) ?? 0,
                parsed.GetValue(final),
                parsed.GetValue(apply),
                parsed.GetValue(json),
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(LedgerOptions options, string? before, ulong keepFrom, bool final, bool apply, bool json, TextWriter output)
    {
        PruneReport report = Prune(options, before, keepFrom, apply: false);
        if (!final)
        {
            RequireSnapshot(options.Directory, report);
        }

        report = apply ? Prune(options, before, keepFrom, apply: true) : report;
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, result =>
            {
                result.WriteBoolean("applied", report.Applied);
                result.WriteNumber("pruned", report.PrunedSize);
                result.WriteNumber("pruned_before", report.PrunedBefore);
                result.WriteNumber("segments", report.Segments);
                result.WriteNumber("bytes", report.Bytes);
                result.WriteNumber("recycled", report.Recycled);
                result.WriteNumber("kept_entries", report.KeptEntries);
                result.WriteNumber("file_bytes", report.FileBytes);
                result.WriteNumber("leftovers", report.Leftovers);
            });
            return ExitCodes.Good;
        }

        if (report.Leftovers > 0)
        {
            output.WriteLine($"{(report.Applied ? "deleted" : "would delete")}: segment files that an earlier pruning left behind ({report.Leftovers})");
        }

        if (report.Segments == 0)
        {
            output.WriteLine("nothing to prune: no segment lies wholly before that");
            return ExitCodes.Good;
        }

        output.WriteLine(
            $"{(report.Applied ? "pruned" : "would prune")}: {report.Segments} {(report.Segments == 1 ? "segment" : "segments")}, {report.Bytes} bytes; entries {report.PrunedBefore} to {report.PrunedSize - 1}");
        if (report.Applied && options.RecycleDirectory is { } folder)
        {
            string others = report.Recycled < report.Segments ? "; the others were deleted" : "";
            output.WriteLine($"recycled: {report.Recycled} of {report.Segments} segment files went to {folder}, with what they hold{others}");
        }

        output.WriteLine($"kept of entries 0 to {report.PrunedSize - 1}: {report.KeptEntries} that define something, in a file of {report.FileBytes} bytes");
        return ExitCodes.Good;
    }

    // A wall that opens reads from the latest snapshot on; without it nobody knows its buckets and its clock.
    private static void RequireSnapshot(string directory, PruneReport report)
    {
        ulong? snapshot = report.Segments == 0 ? null : LedgerReplay.FindSnapshot(directory);
        if (report.Segments != 0 && (snapshot is not { } first || first < report.PrunedSize))
        {
            throw new UsageException(snapshot is { } found
                ? $"entries up to {report.PrunedSize - 1} would go, but the latest snapshot begins at {found}: prune with --keep-from {found}."
                : "the ledger holds no snapshot, from which a wall could go on once these entries are gone (--allow-no-snapshot prunes all the same).");
        }
    }

    private static PruneReport Prune(LedgerOptions options, string? before, ulong keepFrom, bool apply)
    {
        static bool Keep(byte kind) => !WallEntryKinds.MayBePruned(kind);
        if (before is null)
        {
            try
            {
                return LedgerPruner.PruneBefore(options, keepFrom, Keep, apply);
            }
            catch (ArgumentException unsigned) when (unsigned.ParamName == "limit")
            {
                throw new UsageException($"--keep-from {keepFrom}: {unsigned.Message.Split(" (Parameter", 2)[0]}");
            }
        }

        byte[] note = FileLedgerStorage.Instance.ReadSmallFile(Path.GetFullPath(before), LedgerLimits.MaxNoteBytes)
            ?? throw new UsageException($"--before {before}: no such file");
        return LedgerPruner.PruneBefore(options, note, Keep, apply);
    }
}
