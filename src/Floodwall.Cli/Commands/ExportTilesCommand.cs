using System.CommandLine;
using System.Globalization;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall export tiles</c>: the ledger as C2SP tlog-tiles.</summary>
internal static class ExportTilesCommand
{
    public static Command Create()
    {
        Argument<string> directory = CommonOptions.LedgerDirectory();
        Argument<string> folder = new("OUT") { Description = "The folder to write; made where it is absent, continued where it holds an earlier export." };
        Option<string[]> keys = CommonOptions.TrustedKeys(CommonOptions.DeclaredKeyServes);
        Option<bool> compare = new("--compare-all") { Description = "Also compare the tiles of earlier exports byte by byte, instead of trusting that they are there." };
        Option<string?> state = CommonOptions.StateToReach();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "tiles",
            "Write the entries under the checkpoint as C2SP tlog-tiles: checkpoint, tile/L/N, tile/entries/N. Any web server can serve the folder.")
        {
            directory, folder, keys, compare, state, json,
        };
        command.SetAction(parsed =>
        {
            StateFolder.RequireReached(parsed.GetRequiredValue(directory), parsed.GetValue(state));
            using Interruption interruption = new();
            return Run(
                parsed.GetRequiredValue(directory),
                parsed.GetRequiredValue(folder),
                Keys.Trusted(parsed.GetValue(keys) ?? []),
                parsed.GetValue(compare),
                parsed.GetValue(json),
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error,
                interruption.Token);
        });
        return command;
    }

    private static int Run(
        string directory, string folder, IReadOnlyList<VerifierKey> trusted, bool compareAll, bool json, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        LedgerProver ledger = LedgerProver.Open(directory, trusted);
        ProgressLine progress = ProgressLine.For(error);
        TileExportReport report = TileExporter.Export(ledger, folder, new TileExportOptions
        {
            CompareAll = compareAll,
            Cancellation = cancellation,
            Progress = entries => progress.Report(() => string.Create(
                CultureInfo.InvariantCulture, $"{entries:N0} of {ledger.Head.Size:N0} entries exported")),
        });
        progress.Clear();
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                writer.WriteString("folder", Path.GetFullPath(folder));
                writer.WriteNumber("size", report.Head.Size);
                writer.WriteString("root", report.Head.Root.ToBase64());
                writer.WriteNumber("previous_size", report.PreviousSize);
                writer.WriteNumber("files_written", report.Written);
                writer.WriteNumber("files_kept", report.Kept);
                writer.WriteNumber("bytes_written", report.BytesWritten);
            });
        }
        else
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"exported: {report.Head.Size:N0} entries, root {report.Head.Root.ToBase64()}; {report.Written:N0} files written, {report.Kept:N0} were there"));
        }

        return ExitCodes.Good;
    }
}
