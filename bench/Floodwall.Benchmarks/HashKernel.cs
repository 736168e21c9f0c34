using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;

namespace Floodwall.Benchmarks;

/// <summary>One 54-byte message at a time: the runtime's static hash against the library's serial one.</summary>
[MemoryDiagnoser]
public class HashKernel
{
    private readonly byte[] _message = new byte[54];
    private readonly byte[] _digest = new byte[32];

    [GlobalSetup]
    public void Check()
    {
        new Random(1).NextBytes(_message);
        Answer.Require(Convert.ToHexStringLower(SHA256.HashData(_message)), Sha256.Hash(_message).ToHex(), "digest");
    }

    [Benchmark(Baseline = true, Description = "SHA256.HashData")]
    public int Runtime() => SHA256.HashData(_message, _digest);

    [Benchmark(Description = "Sha256.Hash")]
    public Hash256 Serial() => Sha256.Hash(_message);
}
