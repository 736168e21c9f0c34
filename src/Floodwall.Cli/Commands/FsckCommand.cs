using System.CommandLine;
using System.Globalization;
using Floodwall.Cli.Output;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall fsck</c>: what opening a ledger for writing would find and do.</summary>
internal static class FsckCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string?> state = CommonOptions.State();
        Option<bool> missingHighWater = CommonOptions.AllowMissingHighWater();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "fsck",
            "Say what opening the ledger for writing would find and do, by the keys that the ledger names itself. Changes nothing. " + Codes)
        {
            directory, state, missingHighWater, threads, json,
        };
        command.SetAction(parsed =>
        {
            LedgerOptions options = Options(
                parsed.GetRequiredValue(directory), parsed.GetValue(state), parsed.GetValue(missingHighWater), parsed.GetValue(threads));
            RecoveryPlan plan = Inspect(options, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(json))
            {
                PrintJson(plan, parsed.InvocationConfiguration.Output);
            }
            else
            {
                Print(plan, parsed.InvocationConfiguration.Output);
            }

            return CodeOf(plan);
        });
        return command;
    }

    /// <summary>What the exit codes of <c>fsck</c> and <c>repair</c> mean, for their help.</summary>
    public const string Codes =
        "Exit codes: 0 where opening is clean, or cuts an end that no signature covers; 1 where it is refused for damage, or durable entries "
        + "are missing; 3 where it is refused because the ledger is older than what was signed, or another history.";

    /// <summary>
    /// 0 where opening would be clean or cut an unsigned end only, 1 where it would be refused or durable entries are missing, 3
    /// where it would be refused as a rollback or a fork.
    /// </summary>
    public static int CodeOf(RecoveryPlan plan) =>
        plan.IsRollback ? ExitCodes.ForkOrRollback
        : plan.Refusal is null && !plan.LostDurable ? ExitCodes.Good
        : ExitCodes.IntegrityFailure;

    /// <summary>How the ledger would be opened.</summary>
    /// <exception cref="UsageException">The state folder is none.</exception>
    public static LedgerOptions Options(string directory, string? state, bool missingHighWater, int? threads) => new()
    {
        Directory = directory,
        StateDirectory = StateFolder.Require(directory, state).StateDirectory,
        AllowMissingHighWater = missingHighWater,
        VerifyThreads = threads ?? 0,
    };

    public static RecoveryPlan Inspect(LedgerOptions options, TextWriter error)
    {
        CheckingProgress progress = new(error);
        RecoveryPlan plan = LedgerRecovery.Inspect(options with { Progress = progress.Report });
        progress.Clear();
        return plan;
    }

    public static void Print(RecoveryPlan plan, TextWriter output)
    {
        output.WriteLine(Verdict(plan));
        if (plan.FirstBadEntry is { } bad)
        {
            output.WriteLine($"first bad entry: {bad}");
        }

        output.WriteLine($"sizes: {plan.AppendedSize} appended, {plan.DurableSize} durable, {plan.SignedSize} signed");
        if (plan.HighWaterSize != plan.CheckpointSize)
        {
            output.WriteLine($"signed, says the checkpoint: {Size(plan.CheckpointSize)}; the high-water mark: {Size(plan.HighWaterSize)}");
        }

        if (plan.PrunedSize > 0)
        {
            output.WriteLine($"pruned: entries 0 to {plan.PrunedSize - 1}");
        }

        if (plan.LeftoverSegments > 0)
        {
            output.WriteLine($"left over: segment files of a pruning that did not come to its end ({plan.LeftoverSegments}); prune again to delete them");
        }

        if (plan.Reason != RecoveryReason.None)
        {
            output.WriteLine($"would cut: {plan.CutBytes} bytes behind entry {plan.KeptSize - 1} ({Words(plan.Reason)}){(plan.LostDurable ? "" : $": {plan.Problem}")}");
            output.WriteLine($"would keep them in: {plan.SideFile}");
        }

        if (plan.LostDurable)
        {
            output.WriteLine($"missing: {plan.Problem}");
        }

        if (plan.UnrecordedSideFile is { } side)
        {
            output.WriteLine($"would record an earlier cut, kept in: {side}");
        }

        if (plan.OpenLinks > 0)
        {
            output.WriteLine($"would fill in: {plan.OpenLinks} {(plan.OpenLinks == 1 ? "link" : "links")} that the end of a process left without a digest; no entry is missing");
        }

        if (plan.Republishes)
        {
            output.WriteLine("would sign and publish anew: checkpoint and high-water mark do not agree");
        }

        if (plan.KeyInForce is { } key)
        {
            output.WriteLine($"key in force: {key}");
        }
    }

    public static void PrintJson(RecoveryPlan plan, TextWriter output) => JsonResult.WriteLine(output, JsonResult.Indented, json =>
    {
        json.WriteString("verdict", plan.Refusal is not null ? "refused" : plan.IsUnfinishedCreation ? "empty" : plan.IsClean ? "clean" : "recoverable");
        json.WriteNumber("exit_code", CodeOf(plan));
        Text("refusal", plan.Refusal);
        Number("first_bad_entry", plan.FirstBadEntry);
        json.WriteNumber("appended", plan.AppendedSize);
        json.WriteNumber("durable", plan.DurableSize);
        json.WriteNumber("signed", plan.SignedSize);
        Number("checkpoint", plan.CheckpointSize);
        Number("high_water", plan.HighWaterSize);
        json.WriteNumber("pruned", plan.PrunedSize);
        json.WriteNumber("leftover_segments", plan.LeftoverSegments);
        json.WriteString("reason", Words(plan.Reason));
        Text("problem", plan.Problem);
        Number("would_keep", plan.Refusal is null ? plan.KeptSize : null);
        json.WriteNumber("would_cut_bytes", plan.CutBytes);
        Text("side_file", plan.SideFile);
        Text("unrecorded_side_file", plan.UnrecordedSideFile);
        json.WriteNumber("would_fill_links", plan.OpenLinks);
        json.WriteBoolean("would_republish", plan.Republishes);
        Text("origin", plan.Origin);
        Text("key_in_force", plan.KeyInForce);

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        void Number(string name, ulong? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }
    });

    private static string Size(ulong? size) => size?.ToString(CultureInfo.InvariantCulture) ?? "missing or unreadable";

    private static string Verdict(RecoveryPlan plan) =>
        plan.Refusal is { } refusal ? $"REFUSED: {refusal}"
        : plan.IsUnfinishedCreation ? "empty: there is no ledger yet; opening makes one"
        : plan.IsClean ? "clean: opening changes nothing"
        : plan.LostDurable ? "INCOMPLETE: what is there is as it was signed, and opening goes on from it"
        : "recoverable: opening repairs what no signature covers";

    private static string Words(RecoveryReason reason) => reason switch
    {
        RecoveryReason.DamagedTail => "damaged tail",
        RecoveryReason.UnsyncedTail => "unsynced tail",
        _ => "none",
    };
}
