using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Floodwall.Crypto;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>Full bundles from cache: leaves and the tree above them. One operation is one entry.</summary>
internal sealed class BundleStage : Stage
{
    private const int Short = 54;
    private const int Long = 102;

    private readonly BundleHasher _hasher = new();
    private readonly byte[] _bundle;
    private readonly Hash256 _expected;
    private bool _wrong;

    /// <param name="longEntries">How many of the 256 entries take two blocks; spread evenly.</param>
    public BundleStage(int longEntries)
    {
        int[] lengths = new int[BundleHasher.MaxEntries];
        Array.Fill(lengths, Short);
        for (int i = 0; i < longEntries; i++)
        {
            lengths[i * BundleHasher.MaxEntries / longEntries] = Long;
        }

        // Room behind, as in a segment: the last entries are then loaded like the others.
        _bundle = new byte[lengths.Sum() + (2 * lengths.Length) + 64];
        new Random(1).NextBytes(_bundle);
        int at = 0;
        Hash256[] leaves = new Hash256[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bundle.AsSpan(at), (ushort)lengths[i]);
            leaves[i] = MerkleHash.Leaf(_bundle.AsSpan(at + 2, lengths[i]));
            at += 2 + lengths[i];
        }

        for (int width = lengths.Length; width > 1; width /= 2)
        {
            for (int i = 0; i < width / 2; i++)
            {
                leaves[i] = MerkleHash.Node(leaves[2 * i], leaves[(2 * i) + 1]);
            }
        }

        _expected = leaves[0];
    }

    public override void Run(long operations)
    {
        for (; operations > 0; operations -= BundleHasher.MaxEntries)
        {
            _wrong |= _hasher.HashFullBundle(_bundle, out _) != _expected;
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnless(!_wrong, "a bundle's root differs from that of one hash after the other");
        return $"root {_expected.ToBase64()}";
    }
}

/// <summary>The compression function of single messages.</summary>
internal sealed class SerialKernelStage : Stage
{
    private const int Block = 64;

    private readonly byte[] _data = new byte[256 * Block];
    private Hash256 _digest;

    public override void Run(long operations)
    {
        for (; operations > 0; operations -= 256)
        {
            _digest = Sha256.Hash(_data);
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_data)), _digest.ToHex(), "digest");
        return "digest as SHA256.HashData gives it";
    }
}

/// <summary>libcrypto's compression function, one block behind the other into one state, as a single long message has them.</summary>
internal sealed class LibCryptoKernelStage : Stage
{
    private const int Blocks = 256;

    private readonly byte[] _data = new byte[Blocks * Sha256Constants.BlockSize];
    private readonly Hash256 _expected;
    private bool _wrong;

    public LibCryptoKernelStage()
    {
        new Random(1).NextBytes(_data);
        Sha256State state = Sha256State.Initial;
        PortableSha256.Compress(ref state, _data);
        _expected = state.ToHash();
    }

    public override void Run(long operations)
    {
        for (; operations > 0; operations -= Blocks)
        {
            Sha256State state = Sha256State.Initial;
            LibCryptoSha256.Compress(ref state, _data);
            _wrong |= state.ToHash() != _expected;
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnless(!_wrong, "libcrypto's state differs from that of plain C#");
        return $"state after {Blocks} blocks as plain C# gives it";
    }
}

/// <summary>A 54-byte message by itself, on the serial function.</summary>
internal sealed class SingleHashStage : Stage
{
    private readonly byte[] _message = new byte[54];
    private ulong _sum;

    public override void Run(long operations)
    {
        for (; operations > 0; operations--)
        {
            Hash256 digest = Sha256.Hash(_message);
            _sum += Unsafe.As<Hash256, byte>(ref digest);
        }
    }

    public override string Check(long operations)
    {
        byte first = System.Security.Cryptography.SHA256.HashData(_message)[0];
        WrongAnswerException.ThrowUnlessEqual((ulong)operations * first, _sum, "sum of the digests' first bytes");
        return "digest as SHA256.HashData gives it";
    }
}
