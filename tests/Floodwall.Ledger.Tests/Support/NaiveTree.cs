using System.Security.Cryptography;

namespace Floodwall.Ledger.Tests;

/// <summary>RFC 6962 section 2.1, word for word: slow, recursive, and on another SHA-256 than the product's.</summary>
internal static class NaiveTree
{
    public static byte[] Root(IReadOnlyList<byte[]> entries) => Root(entries, 0, entries.Count);

    public static byte[] Root(IReadOnlyList<byte[]> entries, int from, int count)
    {
        if (count == 0)
        {
            return SHA256.HashData([]);
        }

        if (count == 1)
        {
            return SHA256.HashData([0x00, .. entries[from]]);
        }

        int left = 1;
        while (left * 2 < count)
        {
            left *= 2;
        }

        return SHA256.HashData([0x01, .. Root(entries, from, left), .. Root(entries, from + left, count - left)]);
    }
}
