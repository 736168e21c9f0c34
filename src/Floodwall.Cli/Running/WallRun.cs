using Floodwall.Cli.Bundles;
using Floodwall.Cli.Commands;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

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
        PolicyBundle? bundle = request.Policy is { } file ? BundleFile.Require(file, Warn) : null;
        PolicyBundle? candidate = request.Shadow is { } tried ? BundleFile.Require(tried, Warn) : null;
        BundlePolicy? judging = null;
        RunTally tally = new();
        ChangeFeed feed = new(request, tally, ProgressLine.For(error));
        feed.OpenFirst(cancellation);

        using Ed25519Signer signer = Keys.ForLedger(paths, request.KeyFile, request.Origin, error);
        Handlers handlers = new(tally);
        FloodwallPipeline pipeline = FloodwallPipeline.Open(new WallOptions
        {
            Admission = request.Admission,
            Refusals = request.Refusals,
            Policies = vocabulary => Policies(vocabulary, request, judging = Make(vocabulary, bundle, candidate)),
            Ledger = new LedgerOptions
            {
                Directory = paths.Directory,
                StateDirectory = paths.StateDirectory,
                AllowMissingHighWater = request.AllowMissingHighWater,
            },
            Signer = signer,
            Handler = handlers,
        });

        using (pipeline)
        {
            Keys.Settle(paths, signer);

            // Only now: the ledger is ours, so no other run writes the same file, and a run that never began destroys nothing.
            handlers.Lines = Lines(request.Decisions, pipeline.Vocabulary);
            feed.Pump(pipeline, cancellation);
        }

        handlers.Lines?.Dispose();
        RunResult result = new(request, feed, tally, pipeline, signer, paths, handlers.Lines?.Failure, judging);
        result.Print(request.Decisions == "-" ? error : output, error);
        return result.ExitCode;

        void Warn(string warning) => error.WriteLine($"floodwall: {warning}");
    }

    private static BundlePolicy? Make(Vocabulary vocabulary, PolicyBundle? bundle, PolicyBundle? candidate)
    {
        IReadOnlyList<PolicyDiagnostic> diagnostics = [];
        BundlePolicy? policy = bundle is null ? null : BundlePolicy.TryCreate(bundle, vocabulary, out diagnostics);
        policy = candidate is null ? policy : policy?.WithCandidate(candidate, out diagnostics);
        return bundle is not null && policy is null ? throw new UsageException(diagnostics[0].ToString()) : policy;
    }

    private static IEnumerable<IPolicy> Policies(Vocabulary vocabulary, RunRequest request, BundlePolicy? bundle)
    {
        bool builtIn = bundle is null || request.WithBuiltIn;
        if (builtIn)
        {
            yield return new NoGlobalDestroy(vocabulary);
            yield return new BlastNeedsPriority(vocabulary);
        }

        // Asked for by name, so it judges beside a bundle too.
        if (request.Allowed is { } allowed)
        {
            yield return new ResourceAllowlist(vocabulary, allowed);
        }

        if (builtIn)
        {
            yield return new DeadlineNotPassed(vocabulary);
        }

        if (bundle is not null)
        {
            yield return bundle;
        }
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
