using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;

namespace Floodwall.Benchmarks;

/// <summary>A checkpoint's text signed: Ed25519 against the framework's ECDSA over P-256. For one signature; a checkpoint takes one, however many entries it covers.</summary>
[MemoryDiagnoser]
public class Signing
{
    private const int SignatureBytes = 64;

    private readonly Ed25519Signer _signer = Ed25519Signer.FromSeed("bench.floodwall", new byte[32]);
    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _text = new byte[90];
    private readonly byte[] _signature = new byte[128];

    [GlobalSetup]
    public void Check()
    {
        new Random(1).NextBytes(_text);
        Wall();
        Answer.Require(_signer.VerifierKey.Verify(_text, _signature.AsSpan(0, SignatureBytes)), "the signature is the key's");
        Answer.Require(_ecdsa.VerifyData(_text, _signature.AsSpan(0, Framework()), HashAlgorithmName.SHA256), "the framework's signature is its key's");
    }

    [GlobalCleanup]
    public void Close()
    {
        _ecdsa.Dispose();
        _signer.Dispose();
    }

    [Benchmark(Baseline = true, Description = "ECDsa P-256")]
    public int Framework() => _ecdsa.TrySignData(_text, _signature, HashAlgorithmName.SHA256, out int written) ? written : 0;

    [Benchmark(Description = "Ed25519Signer.Sign")]
    public byte Wall()
    {
        _signer.Sign(_text, _signature.AsSpan(0, SignatureBytes));
        return _signature[0];
    }
}
