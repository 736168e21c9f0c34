using System.Globalization;

namespace Floodwall.Crypto.Tests.Hashing;

/// <summary>Reads NIST CAVP response files (SHA256ShortMsg.rsp and so on).</summary>
internal static class CavpVectors
{
    /// <summary>Messages and digests of a ShortMsg or LongMsg file.</summary>
    public static List<(byte[] Message, string Digest)> Messages(string file)
    {
        List<(byte[], string)> vectors = [];
        int bits = 0;
        byte[] message = [];
        foreach ((string key, string value) in Pairs(file))
        {
            switch (key)
            {
                case "Len":
                    bits = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "Msg":
                    message = Convert.FromHexString(value)[..(bits / 8)];
                    break;
                case "MD":
                    vectors.Add((message, value));
                    break;
            }
        }

        return vectors;
    }

    /// <summary>Seed and the digests of the 100 rounds of a Monte file.</summary>
    public static (byte[] Seed, List<string> Digests) Monte(string file)
    {
        List<(string Key, string Value)> pairs = [.. Pairs(file)];
        return (Convert.FromHexString(pairs.First(p => p.Key == "Seed").Value), [.. pairs.Where(p => p.Key == "MD").Select(p => p.Value)]);
    }

    private static IEnumerable<(string Key, string Value)> Pairs(string file) =>
        from line in File.ReadLines(TestData.Require(Path.Combine("sha256", file)))
        where !line.StartsWith('[') && !line.StartsWith('#') && line.Contains(" = ", StringComparison.Ordinal)
        let parts = line.Split(" = ")
        select (parts[0], parts[1].Trim());
}
