using System.Text.Json;

namespace Floodwall.Crypto.Tests.Merkle;

/// <summary>The outside proof vectors under shared/data/merkle, good ones and broken ones.</summary>
public sealed class MerkleProofVectorTests
{
    [Fact]
    public void Every_inclusion_vector_verifies_or_fails_as_it_says()
    {
        int good = 0, bad = 0;
        foreach ((string file, JsonElement vector) in Vectors("inclusion"))
        {
            bool valid = TryHash(vector.GetProperty("root"), out Hash256 root)
                & TryHash(vector.GetProperty("leafHash"), out Hash256 leaf)
                & TryProof(vector.GetProperty("proof"), out Hash256[] proof)
                && MerkleProof.VerifyInclusion(
                    vector.GetProperty("leafIdx").GetUInt64(), vector.GetProperty("treeSize").GetUInt64(), leaf, proof, root);
            Count(file, vector, valid, ref good, ref bad);
        }

        Assert.True(good >= 5 && good + bad >= 98, $"{good} good and {bad} bad inclusion vectors found; 98 expected");
    }

    [Fact]
    public void Every_consistency_vector_verifies_or_fails_as_it_says()
    {
        int good = 0, bad = 0;
        foreach ((string file, JsonElement vector) in Vectors("consistency"))
        {
            bool valid = TryProof(vector.GetProperty("proof"), out Hash256[] proof)
                && MerkleProof.VerifyConsistency(
                    vector.GetProperty("size1").GetUInt64(),
                    vector.GetProperty("size2").GetUInt64(),
                    proof,
                    StretchedHash(vector.GetProperty("root1")),
                    StretchedHash(vector.GetProperty("root2")));
            Count(file, vector, valid, ref good, ref bad);
        }

        Assert.True(good >= 5 && good + bad >= 98, $"{good} good and {bad} bad consistency vectors found; 98 expected");
    }

    private static void Count(string file, JsonElement vector, bool valid, ref int good, ref int bad)
    {
        bool wanted = !vector.GetProperty("wantErr").GetBoolean();
        Assert.True(valid == wanted, $"{file}: {vector.GetProperty("desc").GetString()}: expected {wanted}, got {valid}");
        good += wanted ? 1 : 0;
        bad += wanted ? 0 : 1;
    }

    private static IEnumerable<(string File, JsonElement Vector)> Vectors(string kind) =>
        from file in Directory.EnumerateFiles(TestData.Require(Path.Combine("merkle", kind)), "*.json", SearchOption.AllDirectories)
        select (file, JsonDocument.Parse(File.ReadAllBytes(file)).RootElement);

    private static bool TryProof(JsonElement list, out Hash256[] proof)
    {
        List<Hash256> hashes = [];
        bool valid = true;
        foreach (JsonElement element in list.ValueKind == JsonValueKind.Null ? [] : list.EnumerateArray().ToArray())
        {
            valid &= TryHash(element, out Hash256 hash);
            hashes.Add(hash);
        }

        proof = [.. hashes];
        return valid;
    }

    // A string of another length than 32 bytes cannot even be stated as a hash here, so it counts as refused.
    private static bool TryHash(JsonElement element, out Hash256 hash)
    {
        hash = default;
        byte[] bytes = element.ValueKind == JsonValueKind.Null ? [] : element.GetBytesFromBase64();
        if (bytes.Length != Hash256.Size)
        {
            return false;
        }

        hash = Hash256.Read(bytes);
        return true;
    }

    // Some good vectors have roots "don't care 1" and "don't care 2": only their being equal or not matters.
    private static Hash256 StretchedHash(JsonElement element)
    {
        byte[] bytes = element.ValueKind == JsonValueKind.Null ? [] : element.GetBytesFromBase64();
        return bytes.Length == Hash256.Size ? Hash256.Read(bytes) : Reference.Sha(bytes);
    }
}
