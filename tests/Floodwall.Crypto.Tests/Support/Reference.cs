using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Floodwall.Crypto.Tests;

/// <summary>The plainest possible models, on the framework's SHA-256: what the fast code is held against.</summary>
internal static class Reference
{
    public static Hash256 Sha(ReadOnlySpan<byte> data) => Hash256.Read(SHA256.HashData(data));

    public static Hash256 Leaf(ReadOnlySpan<byte> entry) => Sha([0, .. entry]);

    public static Hash256 Node(in Hash256 left, in Hash256 right) => Sha([1, .. left.AsBytes(), .. right.AsBytes()]);

    /// <summary>RFC 6962 section 2.1, by its own recursion.</summary>
    public static Hash256 TreeHash(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.IsEmpty ? Sha([]) : leaves[0];
        }

        int k = 1;
        while (k * 2 < leaves.Length)
        {
            k *= 2;
        }

        return Node(TreeHash(leaves[..k]), TreeHash(leaves[k..]));
    }

    public static byte[] Frame(IEnumerable<byte[]> entries)
    {
        List<byte> bundle = [];
        Span<byte> length = stackalloc byte[2];
        foreach (byte[] entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
            bundle.AddRange(length);
            bundle.AddRange(entry);
        }

        return [.. bundle];
    }

    public static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static Hash256[] RandomHashes(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Hash256.Read(RandomBytes(random, Hash256.Size)))];
}

/// <summary>Proof generators' view of a list of leaves.</summary>
internal sealed class LeafArray(Hash256[] leaves) : ISubtreeReader
{
    public Hash256 ReadSubtree(int level, ulong index)
    {
        int width = checked(1 << level);
        int start = checked((int)index * width);
        Assert.True(start + width <= leaves.Length, $"subtree {level}/{index} reaches past the {leaves.Length} leaves");
        return Reference.TreeHash(leaves.AsSpan(start, width));
    }
}
