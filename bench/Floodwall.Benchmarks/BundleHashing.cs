using System.Buffers.Binary;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Crypto;

namespace Floodwall.Benchmarks;

/// <summary>A full bundle of 54-byte entries to its root: 256 leaves, 255 nodes. Figures are for one entry.</summary>
[MemoryDiagnoser]
public class BundleHashing
{
    private const int Length = 54;

    private readonly byte[] _bundle = new byte[(BundleHasher.MaxEntries * (2 + Length)) + 64];
    private readonly byte[] _rows = new byte[BundleHasher.MaxEntries * Hash256.Size];
    private readonly byte[] _buffer = new byte[65];
    private BundleHasher _hasher = new();

    /// <summary>The sets of lanes that this machine runs.</summary>
    public static IEnumerable<string> Sets =>
        Enum.GetValues<LaneSet>().Where(BundleEngine.IsSupported).Select(set => set.ToString());

    [ParamsSource(nameof(Sets))]
    public string Lanes { get; set; } = nameof(LaneSet.Serial);

    [GlobalSetup]
    public void Check()
    {
        new Random(1).NextBytes(_bundle);
        for (int i = 0; i < BundleHasher.MaxEntries; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bundle.AsSpan(i * (2 + Length)), Length);
        }

        _hasher = new BundleHasher(Enum.Parse<LaneSet>(Lanes));
        Answer.Require(Convert.ToHexStringLower(Runtime()), Bundle().ToHex(), $"root on {Lanes}");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = BundleHasher.MaxEntries, Description = "SHA256.HashData, each")]
    public Hash256 RuntimeEach() => Hash256.Read(Runtime());

    [Benchmark(OperationsPerInvoke = BundleHasher.MaxEntries, Description = "BundleHasher")]
    public Hash256 Bundle() => _hasher.HashFullBundle(_bundle, out _);

    private ReadOnlySpan<byte> Runtime()
    {
        Span<byte> message = _buffer;
        for (int i = 0; i < BundleHasher.MaxEntries; i++)
        {
            message[0] = MerkleHash.LeafPrefix;
            _bundle.AsSpan((i * (2 + Length)) + 2, Length).CopyTo(message[1..]);
            SHA256.HashData(message[..(1 + Length)], _rows.AsSpan(i * Hash256.Size));
        }

        for (int width = BundleHasher.MaxEntries; width > 1; width /= 2)
        {
            for (int i = 0; i < width / 2; i++)
            {
                message[0] = MerkleHash.NodePrefix;
                _rows.AsSpan(2 * i * Hash256.Size, 2 * Hash256.Size).CopyTo(message[1..]);
                SHA256.HashData(message, _rows.AsSpan(i * Hash256.Size));
            }
        }

        return _rows.AsSpan(0, Hash256.Size);
    }
}
