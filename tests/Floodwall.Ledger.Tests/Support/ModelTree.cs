using System.Security.Cryptography;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests;

/// <summary>RFC 6962 section 2.1 by its own recursion, on another SHA-256 than the product's, remembering what it computed.</summary>
internal sealed class ModelTree(IReadOnlyList<byte[]> leaves)
{
    private readonly Dictionary<(int, int), byte[]> _known = [];

    public static ModelTree OfEntries(IEnumerable<byte[]> entries) => new([.. entries.Select(entry => SHA256.HashData([0x00, .. entry]))]);

    public int Count => leaves.Count;

    public Hash256 Leaf(int index) => Hash256.Read(leaves[index]);

    public Hash256 Root(int size) => Hash256.Read(size == 0 ? SHA256.HashData([]) : Hash(0, size));

    public byte[] Hash(int from, int count)
    {
        if (count == 1)
        {
            return leaves[from];
        }

        if (!_known.TryGetValue((from, count), out byte[]? hash))
        {
            int left = 1;
            while (left * 2 < count)
            {
                left *= 2;
            }

            hash = SHA256.HashData([0x01, .. Hash(from, left), .. Hash(from + left, count - left)]);
            _known.Add((from, count), hash);
        }

        return hash;
    }
}
