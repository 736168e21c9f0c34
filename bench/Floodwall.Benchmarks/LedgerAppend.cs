using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>
/// A ledger of 47-byte payloads in a real folder, hashing included; a new one for every iteration, opened before and checked
/// after. For one entry.
/// </summary>
[MemoryDiagnoser]
[MaxIterationCount(20)]
public class LedgerAppend
{
    private const int Entries = 1_000_000;

    private readonly Ed25519Signer _signer = Ed25519Signer.FromSeed("bench.floodwall", new byte[32]);
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private DirectoryInfo _folder = null!;
    private LedgerWriter _ledger = null!;
    private int _made;

    [GlobalSetup]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodwall-bench-");

    // All at once at the end: deleting large files slows first writes to new ones for a while.
    [GlobalCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [IterationSetup]
    public void Open() => _ledger = LedgerWriter.Open(new LedgerOptions { Directory = Path.Combine(_folder.FullName, $"{_made++}") }, _signer);

    [IterationCleanup]
    public void Check()
    {
        _ledger.Close();
        VerificationReport report = LedgerVerifier.Verify(Path.Combine(_folder.FullName, $"{_made - 1}"), _signer.VerifierKey);
        Answer.Require(report.Status == VerificationStatus.Good, report.Message);
        Answer.Require(_ledger.AppendedSize, report.SignedSize, "signed entries");
    }

    [Benchmark(OperationsPerInvoke = Entries, Description = "LedgerWriter.Begin and Commit")]
    public ulong Append()
    {
        ulong last = 0;
        for (int i = 0; i < Entries; i++)
        {
            _payload.CopyTo(_ledger.Begin(WallEntryKinds.Decision, DecisionEntry.CoreLength, out last));
            _ledger.Commit();
        }

        return last;
    }
}
