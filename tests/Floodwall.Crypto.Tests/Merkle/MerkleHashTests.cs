namespace Floodwall.Crypto.Tests.Merkle;

public sealed class MerkleHashTests
{
    [Fact]
    public void Leaves_nodes_and_the_empty_root_are_those_of_RFC_6962()
    {
        // First hashes of the certificate-transparency reference tree.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleHash.EmptyRoot.ToHex());
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", MerkleHash.Leaf([]).ToHex());
        Assert.Equal("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", MerkleHash.Leaf([0]).ToHex());
        Assert.Equal(
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            MerkleHash.Node(MerkleHash.Leaf([]), MerkleHash.Leaf([0])).ToHex());
    }

    [Fact]
    public void Leaves_of_every_length_up_to_300_and_random_nodes_agree_with_the_framework()
    {
        Random random = new(30);
        for (int length = 0; length <= 300; length++)
        {
            byte[] entry = Reference.RandomBytes(random, length);
            Assert.Equal(Reference.Leaf(entry), MerkleHash.Leaf(entry));
            Hash256[] pair = Reference.RandomHashes(random, 2);
            Assert.Equal(Reference.Node(pair[0], pair[1]), MerkleHash.Node(pair[0], pair[1]));
        }
    }
}
