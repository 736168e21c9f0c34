using Floodwall.Cli.Commands;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>
/// One run over files: reads, submits, closes, sums up. Whatever goes wrong with the input, what was submitted before is decided,
/// recorded and signed.
/// </summary>
internal static class WallRun
{
    public static int Execute(RunRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        LedgerPaths paths = RunChecks.Require(request);
        RunGate gate = new(request, paths, warning => error.WriteLine($"floodwall: {warning}"));
        RunTally tally = new();
        ChangeFeed feed = new(request, tally, ProgressLine.For(error));
        feed.OpenFirst(cancellation);

        using Ed25519Signer signer = Keys.ForLedger(paths, request.KeyFile, request.Origin, error);
        Handlers handlers = new(tally);
        FloodwallPipeline pipeline = FloodwallPipeline.Open(new WallOptions
        {
            Admission = request.Admission,
            Refusals = request.Refusals,
            Policies = gate.Make,
            Ledger = new LedgerOptions
            {
                Directory = paths.Directory,
                StateDirectory = paths.StateDirectory,
                RecycleDirectory = request.Recycle,
                AllowMissingHighWater = request.AllowMissingHighWater,
            },
            Signer = signer,
            Handler = handlers,
        });

        using (pipeline)
        {
            Keys.Settle(paths, signer);
            gate.Opened(pipeline);

            // Only now: the ledger is ours, so no other run writes the same file, and a run that never began destroys nothing.
            handlers.Lines = Lines(request.Decisions, pipeline.Vocabulary);
            feed.Pump(pipeline, cancellation);
        }

        handlers.Lines?.Dispose();
        RunResult result = new(request, feed, tally, pipeline, signer, paths, handlers.Lines?.Failure, gate.Judging);
        result.Print(request.Decisions == "-" ? error : output, error);
        return result.ExitCode;
    }

    private static DecisionLines? Lines(string? destination, INames names) => destination switch
    {
        null => null,
        "-" => new DecisionLines(StandardOutput.Open(), names),
        _ => new DecisionLines(new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0), names),
    };

    /// <summary>The tally, and the decision lines once there are any.</summary>
    private sealed class Handlers(RunTally tally) : IDecisionHandler
    {
        // Set before the first intent is submitted, read on the ledger's thread after it.
        public DecisionLines? Lines { get; set; }

        public void OnDecision(in Intent intent, in Decision decision)
        {
            tally.OnDecision(in intent, in decision);
            Lines?.OnDecision(in intent, in decision);
        }
    }
}
