using System.CommandLine;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall repair</c>: performs the recovery that opening a ledger for writing performs, and signs the result.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Option<string?> key = CommonOptions.Key("--key", "The private key that signs the ledger. When absent: the key in the state folder.");
        Option<string?> state = CommonOptions.State();
        Option<bool> missingHighWater = CommonOptions.AllowMissingHighWater();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "repair",
            "Cut a damaged end that no signature covers, record that, and sign. Below the last signed size nothing is ever changed; "
            + "damage there is explained only. " + FsckCommand.Codes + " 4 where the key is not the ledger's.")
        {
            directory, key, state, missingHighWater, threads, json,
        };
        (_, Option<bool> apply) = CommonOptions.DryRunOrApply(command);
        command.SetAction(parsed => Run(
            FsckCommand.Options(
                parsed.GetRequiredValue(directory), parsed.GetValue(state), parsed.GetValue(missingHighWater), parsed.GetValue(threads)),
            parsed.GetValue(key),
            parsed.GetValue(apply),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(LedgerOptions options, string? keyFile, bool apply, bool json, TextWriter output, TextWriter error)
    {
        RecoveryPlan plan = FsckCommand.Inspect(options, error);
        if (!apply || plan.Refusal is not null || plan.IsUnfinishedCreation)
        {
            Print(plan, json, output);
            if (plan.Refusal is not null)
            {
                error.WriteLine(
                    "floodwall: nothing was changed. What was signed is not repaired but restored: put back the ledger and its state folder "
                    + "from a copy that verifies, or start a new ledger and keep this one as evidence.");
            }

            return FsckCommand.CodeOf(plan);
        }

        LedgerPaths paths = options.Validate();
        using Ed25519Signer signer = Keys.ForLedger(paths, keyFile, origin: null, error);
        using LedgerWriter writer = LedgerWriter.Open(options, signer);
        Keys.Settle(paths, signer);
        OpenReport done = writer.Report;
        writer.Close();

        // What was promised and is gone stays gone: the ledger is whole again, and whoever waits for this command must hear of it.
        int code = FsckCommand.CodeOf(plan);
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, result =>
            {
                result.WriteString("verdict", "repaired");
                result.WriteNumber("exit_code", code);
                result.WriteString("reason", done.Recovery.ToString());
                result.WriteNumber("cut_bytes", done.CutBytes);
                result.WriteString("side_file", done.SideFile);
                result.WriteString("problem", done.Problem);
                result.WriteNumber("appended", writer.AppendedSize);
                result.WriteNumber("durable", writer.DurableSize);
                result.WriteNumber("signed", writer.SignedSize);
            });
            return code;
        }

        output.WriteLine(done.SideFile is { } side
            ? $"repaired: {done.CutBytes} bytes were cut and are kept in {side}"
            : "nothing had to be cut");
        if (plan.LostDurable)
        {
            output.WriteLine($"missing: {plan.Problem}");
        }

        output.WriteLine($"sizes: {writer.AppendedSize} appended, {writer.DurableSize} durable, {writer.SignedSize} signed");
        return code;
    }

    private static void Print(RecoveryPlan plan, bool json, TextWriter output)
    {
        if (json)
        {
            FsckCommand.PrintJson(plan, output);
        }
        else
        {
            FsckCommand.Print(plan, output);
        }
    }
}
