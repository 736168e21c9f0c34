using System.Buffers.Binary;

namespace Floodwall.Crypto;

/// <summary>
/// Hashes entry bundles as C2SP tlog-tiles lays them out: up to 256 entries, each <c>uint16 big-endian length ‖ entry</c>.
/// Owns its scratch memory and allocates nothing after construction. Not thread-safe.
/// </summary>
public sealed class BundleHasher
{
    /// <summary>Entries in a full bundle, and leaves under a full tile.</summary>
    public const int MaxEntries = 256;

    /// <summary>Height of the subtree above a full bundle.</summary>
    public const int Height = 8;

    private readonly Hash256[] _scratch = new Hash256[MaxEntries];

    /// <summary>Computes the RFC 6962 leaf hash of each entry.</summary>
    /// <param name="bundle">The framed entries; bytes behind the last are left alone.</param>
    /// <param name="count">Entries to hash, 0 to 256.</param>
    /// <param name="leaves">Receives <paramref name="count"/> hashes.</param>
    /// <returns>Bytes of <paramref name="bundle"/> that the entries take.</returns>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range or <paramref name="leaves"/> too short.</exception>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>.</exception>
    public int HashLeaves(ReadOnlySpan<byte> bundle, int count, Span<Hash256> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxEntries);
        if (leaves.Length < count)
        {
            throw new ArgumentException($"{count} leaf hashes do not fit {leaves.Length}", nameof(leaves));
        }

        int at = 0;
        for (int i = 0; i < count; i++)
        {
            _scratch[i] = default;
            if (bundle.Length - at < 2)
            {
                throw new InvalidDataException($"bundle entry {i} at byte {at}: 2 length bytes expected, {bundle.Length - at} left");
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
            at += 2;
            if (bundle.Length - at < length)
            {
                throw new InvalidDataException($"bundle entry {i} at byte {at}: {length} bytes expected, {bundle.Length - at} left");
            }

            leaves[i] = MerkleHash.Leaf(bundle.Slice(at, length));
            at += length;
        }

        return at;
    }

    /// <summary>The RFC 6962 Merkle tree hash of 1 to 256 leaves.</summary>
    /// <exception cref="ArgumentException">No leaf, or more than 256.</exception>
    public Hash256 Root(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.Length is 0 or > MaxEntries)
        {
            throw new ArgumentException($"1 to {MaxEntries} leaves expected, got {leaves.Length}", nameof(leaves));
        }

        Span<Hash256> level = _scratch.AsSpan(0, leaves.Length);
        leaves.CopyTo(level);
        while (level.Length > 1)
        {
            // Pairing neighbours and carrying an odd last hash up unchanged gives the same tree as RFC 6962's recursive split.
            int pairs = level.Length / 2;
            for (int i = 0; i < pairs; i++)
            {
                level[i] = MerkleHash.Node(level[2 * i], level[(2 * i) + 1]);
            }

            if ((level.Length & 1) != 0)
            {
                level[pairs] = level[^1];
            }

            level = level[..((level.Length + 1) / 2)];
        }

        return level[0];
    }

    /// <summary>The root above the 256 entries of a full bundle.</summary>
    /// <param name="bundle">The framed entries; bytes behind the last are left alone.</param>
    /// <param name="bytes">Bytes of <paramref name="bundle"/> that the entries take.</param>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>.</exception>
    public Hash256 HashFullBundle(ReadOnlySpan<byte> bundle, out int bytes)
    {
        Span<Hash256> leaves = _leaves;
        bytes = HashLeaves(bundle, MaxEntries, leaves);
        return Root(leaves);
    }

    private readonly Hash256[] _leaves = new Hash256[MaxEntries];
}
