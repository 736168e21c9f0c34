using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("floodwall-test-").FullName;

    public string Path { get; }

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Walls as the tests want them: a fixed key, small segments, the three seed policies.</summary>
internal static class TestWall
{
    public static readonly string[] Agents = ["reconciler-1", "reconciler-2", "deployer", "autoscaler", "chaos-monkey"];
    public static readonly string[] Resources = ["web", "api", "cache", "billing", "ledger-db"];

    public static Ed25519Signer Signer { get; } = Ed25519Signer.FromSeed("test.floodwall", new byte[32]);

    public static WallOptions Options(
        string? ledger,
        AdmissionSettings? admission = null,
        RefusalRecording refusals = RefusalRecording.CountPerTick,
        IDecisionHandler? handler = null,
        Func<Vocabulary, IEnumerable<IPolicy>>? policies = null,
        CheckpointSettings? checkpoints = null,
        SnapshotSettings? snapshots = null,
        bool requeue = false) => new()
        {
            Admission = admission ?? AdmissionSettings.Unlimited,
            Refusals = refusals,
            Policies = policies ?? SeedPolicies,
            Ledger = ledger is null ? null : new LedgerOptions { Directory = ledger, SegmentBytes = LedgerLimits.MinSegmentBytes },
            Signer = ledger is null ? null : Signer,
            SymbolCapacity = 4096,
            Handler = handler,
            Checkpoints = checkpoints ?? new CheckpointSettings(),
            Snapshots = snapshots ?? new SnapshotSettings(),
            RequeueWaiting = requeue,
        };

    public static IEnumerable<IPolicy> SeedPolicies(Vocabulary vocabulary) =>
    [
        new NoGlobalDestroy(vocabulary),
        new BlastNeedsPriority(vocabulary),
        new ResourceAllowlist(vocabulary, ["web", "api", "cache"]),
    ];

    /// <summary>Gates to swap between, all of them described.</summary>
    public static IReadOnlyList<Func<Vocabulary, IEnumerable<IPolicy>>> Gates { get; } =
    [
        SeedPolicies,
        vocabulary => [.. SeedPolicies(vocabulary), new PoolGuard(vocabulary, 20), new Noting(vocabulary, 30)],
        vocabulary => [new PoolGuard(vocabulary, 3), new DeadlineNotPassed(vocabulary)],
        vocabulary => [new FreezeWindow(vocabulary, 10, 60), new ResourceAllowlist(vocabulary, Resources)],
        _ => [],
    ];

    /// <summary>The built-in policies and the tests' own.</summary>
    public static PolicyCatalog Catalog { get; } = MakeCatalog();

    /// <summary>Replays with the tests' own policies at hand.</summary>
    public static ReplayReport Replay(string ledger, ReplayOptions? options = null) =>
        LedgerReplay.Run(ledger, (options ?? new ReplayOptions()) with { Catalog = Catalog });

    /// <summary>Interns the test's names in a fixed order, so that every wall gives them the same symbols.</summary>
    public static (Symbol[] Agents, Symbol[] Resources) Names(Vocabulary vocabulary) =>
        ([.. Agents.Select(n => vocabulary.Symbols.Intern(n))], [.. Resources.Select(n => vocabulary.Symbols.Intern(n))]);

    public static Intent AnyIntent(Random random, Symbol[] agents, Symbol[] resources, ulong id, ulong tick)
    {
        Intent intent = new()
        {
            Id = id,
            Agent = agents[random.Next(agents.Length)],
            Resource = resources[random.Next(resources.Length)],
            Action = (IntentAction)random.Next(3),
            Priority = (Priority)random.Next(4),
            BlastRadius = (BlastRadius)random.Next(4),
            SubmittedTick = tick,
        };
        if (random.Next(4) == 0)
        {
            intent.IdempotencyKey = (UInt128)random.NextInt64();
            intent.Identity = agents[0];
            intent.CostMicros = random.NextInt64();
            random.NextBytes(intent.ManifestDigest);
        }

        return intent;
    }

    private static PolicyCatalog MakeCatalog()
    {
        PolicyCatalog catalog = new();
        catalog.Add(PoolGuard.Name, PoolGuard.From);
        catalog.Add(Noting.Name, Noting.From);
        return catalog;
    }

    public static VerificationReport Verify(string ledger) => LedgerVerifier.Verify(ledger, Signer.VerifierKey);
}

/// <summary>Keeps what the wall tells, for the thread that reads it after the wall is closed.</summary>
internal sealed class Recorder : IDecisionHandler
{
    public List<(Intent Intent, Decision Decision)> Told { get; } = [];

    public void OnDecision(in Intent intent, in Decision decision) => Told.Add((intent, decision));
}
