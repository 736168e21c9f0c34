using System.CommandLine;
using Floodwall.Cli.Demo;
using Floodwall.Cli.Output;
using Floodwall.Cli.Running;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Commands;

/// <summary><c>floodwall demo</c>: a known flood through the real pipeline into a real signed ledger, and its verification.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Option<string?> ledger = new("--ledger")
        {
            HelpName = "DIR",
            Description = "The ledger's folder, new or to be appended to; a fresh temporary one when absent.",
        };
        Option<string?> state = CommonOptions.State();
        Option<bool> missingHighWater = CommonOptions.AllowMissingHighWater();
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "demo",
            "Send 4,000 intents of five agents through the wall into a signed ledger, and verify it. The same every time.")
        {
            ledger, state, missingHighWater, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(ledger) ?? Path.Combine(Directory.CreateTempSubdirectory("floodwall-demo-").FullName, "ledger"),
            parsed.GetValue(state),
            parsed.GetValue(missingHighWater),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string directory, string? state, bool missingHighWater, bool json, TextWriter output, TextWriter error)
    {
        LedgerPaths paths = RunChecks.RequireLedger(directory, state, missingHighWater);
        using Ed25519Signer signer = Keys.ForLedger(paths, keyFile: null, origin: "floodwall.local/demo", error);
        RunTally tally = new();
        WallOptions options = new()
        {
            Admission = DemoFlood.Admission,
            Policies = DemoFlood.Policies,
            Ledger = new LedgerOptions { Directory = paths.Directory, StateDirectory = paths.StateDirectory, AllowMissingHighWater = missingHighWater },
            Signer = signer,
            Handler = tally,
        };

        FloodwallPipeline pipeline = FloodwallPipeline.Open(options);
        using (pipeline)
        {
            Keys.Settle(paths, signer);
            foreach (Intent intent in DemoFlood.Generate(pipeline.Vocabulary.Symbols, DemoFlood.FirstTick(pipeline.Resumed!)))
            {
                pipeline.Submit(in intent);
            }

            pipeline.Drain();
        }

        Summary summary = new(tally, pipeline.Vocabulary, pipeline.Sizes, pipeline.Opened);
        VerificationReport report = LedgerVerifier.Verify(directory, signer.VerifierKey);
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                summary.WriteJson(writer);
                writer.WriteString("ledger_directory", paths.Directory);
                writer.WriteString("vkey", signer.VerifierKey.ToString());
                writer.WriteBoolean("verified", report.Status == VerificationStatus.Good);
                writer.WriteString("verification", report.Message);
            });
            return VerifyCommand.CodeOf(report.Status);
        }

        output.WriteLine($"{DemoFlood.Ticks} ticks of {DemoFlood.IntentsPerTick} intents; the queue holds {DemoFlood.Admission.QueueCapacity} and is drained at the end.");
        output.WriteLine();
        summary.Print(output);
        output.WriteLine();
        output.WriteLine(VerifyCommand.Describe(report));
        output.WriteLine();
        output.WriteLine($"ledger  {paths.Directory}");
        output.WriteLine($"vkey    {signer.VerifierKey}");
        output.WriteLine();
        output.WriteLine("Look at it, or damage it and see what verify says:");
        output.WriteLine($"  {Self()} dump {paths.Directory} --count 12");
        output.WriteLine($"  {Self()} verify {paths.Directory} --vkey {signer.VerifierKey}");
        output.WriteLine($"  {Self()} replay {paths.Directory}");
        return VerifyCommand.CodeOf(report.Status);
    }

    // How this very program can be called again, to be copied into a shell.
    private static string Self() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "floodwall"
            ? Path.GetRelativePath(Environment.CurrentDirectory, path) is var near && !near.StartsWith("..", StringComparison.Ordinal) ? near : path
            : "floodwall";
}
