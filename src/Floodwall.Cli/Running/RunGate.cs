using Floodwall.Cli.Bundles;
using Floodwall.Cli.Commands;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>By what a run judges: the built-in policies, a bundle, or a gate that the ledger had before.</summary>
internal sealed class RunGate
{
    private readonly RunRequest _request;
    private readonly LedgerPaths _paths;
    private readonly BundleReadResult? _bundle;
    private readonly PolicyBundle? _candidate;
    private (Hash256 Address, IReadOnlyList<IPolicy> Policies)? _rollback;

    /// <param name="request">What was asked for.</param>
    /// <param name="paths">The ledger.</param>
    /// <param name="warn">Told of each warning about a bundle, one line.</param>
    /// <exception cref="UsageException">A bundle cannot be used.</exception>
    public RunGate(RunRequest request, LedgerPaths paths, Action<string> warn)
    {
        (_request, _paths) = (request, paths);
        _bundle = request.Policy is { } file ? BundleFile.RequireRead(file, request.Trust, warn) : null;

        // A candidate decides nothing, so it need not be signed; a signature that is there has to be right all the same.
        _candidate = request.Shadow is { } tried ? BundleFile.Require(tried, request.Trust with { RequireSigned = false }, warn) : null;
    }

    /// <summary>The bundle that judges; null for none. Known once the wall is open.</summary>
    public BundlePolicy? Judging { get; private set; }

    /// <summary>
    /// The policies with which the wall opens. Nobody else writes the ledger any more when this is called, and nothing of this run is in it
    /// yet: what is refused here leaves no trace.
    /// </summary>
    /// <exception cref="UsageException">What was asked for does not go together with what judged in this ledger before.</exception>
    public IReadOnlyList<IPolicy> Make(Vocabulary vocabulary)
    {
        if (_request.Rollback is { } address)
        {
            return MakeRollback(address, vocabulary);
        }

        RequireNewer();
        Judging = MakeBundle(vocabulary);
        return [.. Policies(vocabulary)];
    }

    /// <summary>The wall is open: goes back to the gate that was asked for, where another one was in force.</summary>
    public void Opened(FloodwallPipeline pipeline)
    {
        if (_rollback is { } rollback)
        {
            pipeline.SwapPolicies(rollback.Policies, PolicySnapshots.RollbackReason(rollback.Address, _request.RollbackReason));
        }
    }

    private void RequireNewer()
    {
        if (_bundle is { VerifiedBy.Count: > 0, Bundle: { Metadata.Name: { } name } bundle }
            && RecordedBundles.Read(_paths.Directory).Find(name)?.Refuse(bundle.Metadata.Revision, CanonicalForm.Address(bundle)) is { } older)
        {
            throw new UsageException($"{_request.Policy}: {older}. Going back is asked for with --rollback.");
        }
    }

    // The wall opens with what it had, so that going back is a change of its own on record.
    private IReadOnlyList<IPolicy> MakeRollback(string prefix, Vocabulary vocabulary)
    {
        PolicySnapshots snapshots = PolicySnapshots.Read(_paths.Directory);
        PolicySnapshot earlier = Find(snapshots, prefix);
        PolicyCatalog catalog = BundlePolicy.AddTo(new PolicyCatalog());
        try
        {
            IReadOnlyList<IPolicy> restored = snapshots.Restore(earlier.Address, catalog, vocabulary);
            Judging = restored.OfType<BundlePolicy>().FirstOrDefault();
            if (snapshots.Current!.Address == earlier.Address)
            {
                return restored;
            }

            _rollback = (earlier.Address, restored);
            return snapshots.Restore(snapshots.Current.Address, catalog, vocabulary);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--rollback {prefix}: {exception.Message}");
        }
    }

    private PolicySnapshot Find(PolicySnapshots snapshots, string prefix)
    {
        string digits = RecordedText.RequireDigits(prefix, "--rollback ");
        PolicySnapshot[] found = [.. snapshots.All.Where(one => one.Address.ToHex().StartsWith(digits, StringComparison.Ordinal)).DistinctBy(one => one.Address)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new UsageException($"--rollback {prefix}: no gate of {_paths.Directory} has that address; 'floodwall policy snapshots {_paths.Directory}' lists them."),
            _ => throw new UsageException($"--rollback {prefix}: begins the addresses of several gates: {string.Join(", ", found.Select(one => one.Address.ToHex()))}"),
        };
    }

    private BundlePolicy? MakeBundle(Vocabulary vocabulary)
    {
        IReadOnlyList<PolicyDiagnostic> diagnostics = [];
        BundlePolicy? policy = _bundle?.Bundle is { } bundle ? BundlePolicy.TryCreate(bundle, vocabulary, out diagnostics) : null;
        policy = _bundle is { VerifiedBy.Count: > 0 } ? policy : policy?.AsUnsigned();
        policy = _candidate is null ? policy : policy?.WithCandidate(_candidate, out diagnostics);
        return _bundle is not null && policy is null ? throw new UsageException(diagnostics[0].ToString()) : policy;
    }

    private IEnumerable<IPolicy> Policies(Vocabulary vocabulary)
    {
        bool builtIn = Judging is null || _request.WithBuiltIn;
        if (builtIn)
        {
            yield return new NoGlobalDestroy(vocabulary);
            yield return new BlastNeedsPriority(vocabulary);
        }

        // Asked for by name, so it judges beside a bundle too.
        if (_request.Allowed is { } allowed)
        {
            yield return new ResourceAllowlist(vocabulary, allowed);
        }

        if (builtIn)
        {
            yield return new DeadlineNotPassed(vocabulary);
        }

        if (Judging is { } bundle)
        {
            yield return bundle;
        }
    }
}
