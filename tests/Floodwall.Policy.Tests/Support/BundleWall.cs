using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests;

/// <summary>Walls of bundles in a folder that goes away with the test.</summary>
internal sealed class BundleWall : IDisposable
{
    public BundleWall() => Path = Directory.CreateTempSubdirectory("floodwall-policy-").FullName;

    public static Ed25519Signer Signer { get; } = Ed25519Signer.FromSeed("policy.test", new byte[32]);

    public static PolicyCatalog Catalog { get; } = BundlePolicy.AddTo(new PolicyCatalog());

    public string Path { get; }

    public string Ledger => Sub("ledger");

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public static BundlePolicy Policy(string yaml, Vocabulary vocabulary)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("test.yaml", System.Text.Encoding.UTF8.GetBytes(yaml))]);
        Assert.True(read.Bundle is not null, string.Join("\n", read.Diagnostics));
        return BundlePolicy.TryCreate(read.Bundle, vocabulary, out _)!;
    }

    public static WallOptions Options(string ledger, Func<Vocabulary, IEnumerable<IPolicy>> policies, ulong snapshotEvery = 1 << 20, AdmissionSettings? admission = null) => new()
    {
        Admission = admission ?? AdmissionSettings.Unlimited,
        Policies = policies,
        Ledger = new LedgerOptions { Directory = ledger, SegmentBytes = LedgerLimits.MinSegmentBytes },
        Signer = Signer,
        SymbolCapacity = 1 << 14,
        Snapshots = new SnapshotSettings(snapshotEvery),
    };

    public static ReplayReport Replay(string ledger, bool fromSnapshot = false) =>
        LedgerReplay.Run(ledger, new ReplayOptions { Catalog = Catalog, FromSnapshot = fromSnapshot });

    public static string RuleOf(Vocabulary vocabulary, in Decision decision) => vocabulary.Rules.Find(decision.Verdict.Rule)?.Name ?? "";

    /// <summary>What the end of the process would leave: the files as they are, and no lock.</summary>
    public static void Crash(string ledger, string copy)
    {
        foreach (string suffix in (string[])["", ".state"])
        {
            foreach (string file in Directory.EnumerateFiles(ledger + suffix, "*", SearchOption.AllDirectories).Where(file => System.IO.Path.GetFileName(file) != "lock"))
            {
                string target = System.IO.Path.Combine(copy + suffix, System.IO.Path.GetRelativePath(ledger + suffix, file));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
