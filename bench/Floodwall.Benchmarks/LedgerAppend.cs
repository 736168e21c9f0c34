using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>
/// 54-byte entries in a real folder, hashing included: the ledger against a buffered file with a chain of the runtime's hashes over it. New
/// ones for every iteration, opened before and checked after. For one entry.
/// </summary>
[MemoryDiagnoser]
[MaxIterationCount(20)]
public class LedgerAppend
{
    private const int Entries = 1_000_000;
    private const int Record = 54;
    private const int BufferBytes = 256 * 1024;

    private readonly Ed25519Signer _signer = Ed25519Signer.FromSeed("bench.floodwall", new byte[32]);
    private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
    private readonly byte[] _message = new byte[SHA256.HashSizeInBytes + Record];
    private readonly byte[] _head = new byte[SHA256.HashSizeInBytes];
    private DirectoryInfo _folder = null!;
    private LedgerWriter _ledger = null!;
    private FileStream _file = null!;
    private int _made;

    [GlobalSetup]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodwall-bench-");

    // All at once at the end: deleting large files slows first writes to new ones for a while.
    [GlobalCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [IterationSetup(Target = nameof(Chain))]
    public void OpenFile()
    {
        Array.Clear(_head);
        _file = File.Create(Path.Combine(_folder.FullName, $"{_made++}"), BufferBytes);
    }

    [IterationCleanup(Target = nameof(Chain))]
    public void CheckFile()
    {
        _file.Dispose();
        Answer.Require((long)Entries * Record, new FileInfo(_file.Name).Length, "bytes of the file");
        byte[] message = new byte[SHA256.HashSizeInBytes + Record];
        using FileStream file = File.OpenRead(_file.Name);
        for (int i = 0; i < Entries; i++)
        {
            file.ReadExactly(message, SHA256.HashSizeInBytes, Record);
            SHA256.HashData(message, message.AsSpan(0, SHA256.HashSizeInBytes));
        }

        Answer.Require(message.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(_head), "the head is that of the records in the file");
    }

    [IterationSetup(Target = nameof(Append))]
    public void Open() => _ledger = LedgerWriter.Open(new LedgerOptions { Directory = Path.Combine(_folder.FullName, $"{_made++}") }, _signer);

    [IterationCleanup(Target = nameof(Append))]
    public void Check()
    {
        _ledger.Close();
        VerificationReport report = LedgerVerifier.Verify(Path.Combine(_folder.FullName, $"{_made - 1}"), _signer.VerifierKey);
        Answer.Require(report.Status == VerificationStatus.Good, report.Message);
        Answer.Require(_ledger.AppendedSize, report.SignedSize, "signed entries");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries, Description = "FileStream and SHA-256 chain")]
    public long Chain()
    {
        for (int i = 0; i < Entries; i++)
        {
            _head.CopyTo(_message.AsSpan());
            _payload.CopyTo(_message.AsSpan(SHA256.HashSizeInBytes));
            SHA256.HashData(_message, _head);
            _file.Write(_message, SHA256.HashSizeInBytes, Record);
        }

        _file.Flush();
        return _file.Length;
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
