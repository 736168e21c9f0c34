namespace Floodwall.Crypto.Tests.Hashing;

public sealed class Sha256Tests
{
    public static TheoryData<string> Paths => HashPaths.Names;

    [Theory]
    [MemberData(nameof(Paths))]
    public void NIST_short_and_long_messages(string path)
    {
        HashPaths.HashAll hash = HashPaths.Require(path);
        foreach ((string file, int count) in new[] { ("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64) })
        {
            List<(byte[] Message, string Digest)> vectors = CavpVectors.Messages(file);
            Assert.Equal(count, vectors.Count);
            Hash256[] digests = hash([.. vectors.Select(v => v.Message)]);
            for (int i = 0; i < vectors.Count; i++)
            {
                Assert.True(vectors[i].Digest == digests[i].ToHex(), $"{file}, vector {i}, {vectors[i].Message.Length} bytes");
            }
        }
    }

    // CAVP section 6.4: 100 times 1000 digests, each over the three before it.
    [Theory]
    [MemberData(nameof(Paths))]
    public void NIST_Monte_Carlo(string path)
    {
        HashPaths.HashAll hash = HashPaths.Require(path);
        (byte[] seed, List<string> expected) = CavpVectors.Monte("SHA256Monte.rsp");
        Assert.Equal(100, expected.Count);
        byte[] message = new byte[3 * Hash256.Size];
        byte[][] messages = [message];
        for (int count = 0; count < expected.Count; count++)
        {
            for (int i = 0; i < 3; i++)
            {
                seed.CopyTo(message, i * Hash256.Size);
            }

            for (int i = 0; i < 1000; i++)
            {
                Hash256 digest = hash(messages)[0];
                message.AsSpan(Hash256.Size).CopyTo(message);
                digest.CopyTo(message.AsSpan(2 * Hash256.Size));
            }

            seed = message[(2 * Hash256.Size)..];
            Assert.Equal(expected[count], Convert.ToHexStringLower(seed));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_length_up_to_300_agrees_with_the_framework(string path)
    {
        HashPaths.HashAll hash = HashPaths.Require(path);
        Random random = new(7);
        byte[][] messages = [.. Enumerable.Range(0, 301).Select(length => Reference.RandomBytes(random, length))];
        Assert.Equal(messages.Select(m => Reference.Sha(m)), hash(messages));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Random_mixes_of_lengths_agree_with_the_framework(string path)
    {
        HashPaths.HashAll hash = HashPaths.Require(path);
        Random random = new(8);
        for (int run = 0; run < 200; run++)
        {
            int most = run % 4 == 0 ? 5000 : 300;
            byte[][] messages = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Reference.RandomBytes(random, random.Next(most)))];
            Assert.Equal(messages.Select(m => Reference.Sha(m)), hash(messages));
        }
    }

    [Fact]
    public void The_chosen_function_is_named()
    {
        Assert.Contains(Sha256.Backend, new[] { "arm-sha2", "libcrypto", "portable" });
        Assert.Contains(BundleHasher.Backend, new[] { "avx512-16", "avx512vl-8", "avx2-8", "vector128-4", "serial" });
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        byte[] data = new byte[1000];
        Assert.Equal(0, Allocations.Of(() =>
        {
            Sha256.Hash(data);
            Sha256.Hash(data.AsSpan(0, 20));
            MerkleHash.Leaf(data);
            MerkleHash.Node(default, default);
        }));
    }
}
