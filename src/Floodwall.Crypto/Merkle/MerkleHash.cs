using System.Runtime.CompilerServices;

namespace Floodwall.Crypto;

/// <summary>The leaf and node hashes of RFC 6962 section 2.1 (same as RFC 9162 section 2.1.1). Nothing here allocates.</summary>
public static class MerkleHash
{
    /// <summary>First byte of the input of a leaf hash.</summary>
    public const byte LeafPrefix = 0x00;

    /// <summary>First byte of the input of a node hash.</summary>
    public const byte NodePrefix = 0x01;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static Hash256 EmptyRoot { get; } = Sha256.Hash([]);

    /// <summary>SHA-256(0x00 ‖ <paramref name="entry"/>).</summary>
    [SkipLocalsInit]
    public static Hash256 Leaf(ReadOnlySpan<byte> entry)
    {
        const int FirstBlock = Sha256Constants.BlockSize - 1;
        Sha256State state = Sha256State.Initial;
        Span<byte> block = stackalloc byte[Sha256Constants.BlockSize];
        block[0] = LeafPrefix;
        if (entry.Length < FirstBlock)
        {
            entry.CopyTo(block[1..]);
            return Sha256.Finish(ref state, block[..(1 + entry.Length)], 1 + (ulong)entry.Length);
        }

        entry[..FirstBlock].CopyTo(block[1..]);
        Sha256.Compress(ref state, block);
        ReadOnlySpan<byte> rest = entry[FirstBlock..];
        int whole = rest.Length & ~(Sha256Constants.BlockSize - 1);
        if (whole != 0)
        {
            Sha256.Compress(ref state, rest[..whole]);
        }

        return Sha256.Finish(ref state, rest[whole..], 1 + (ulong)entry.Length);
    }

    /// <summary>SHA-256(0x01 ‖ <paramref name="left"/> ‖ <paramref name="right"/>).</summary>
    [SkipLocalsInit]
    public static Hash256 Node(in Hash256 left, in Hash256 right)
    {
        Unsafe.SkipInit(out NodeMessage message);
        Span<byte> bytes = message;
        bytes[0] = NodePrefix;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[33..]);
        bytes[65] = 0x80;
        bytes[66..126].Clear();
        bytes[126] = (65 * 8) >> 8;
        bytes[127] = (65 * 8) & 0xFF;
        Sha256State state = Sha256State.Initial;
        Sha256.Compress(ref state, bytes);
        return state.ToHash();
    }

    /// <summary>The padded message of a node: 65 bytes fill one block and one byte of a second.</summary>
    [InlineArray(2 * Sha256Constants.BlockSize)]
    private struct NodeMessage
    {
        private byte _byte0;
    }
}
