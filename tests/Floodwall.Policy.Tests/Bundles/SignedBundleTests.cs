using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class SignedBundleTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A_signed_bundle_comes_back()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("policies.example", Seed);
        PolicyBundle bundle = Seeds.Bundle(Seeds.Everything);
        byte[] note = SignedBundle.Sign(bundle, signer);
        Assert.True(SignedBundle.IsSigned(note));
        Assert.Contains("signed bundle", Assert.Single(BundleReader.Read([new BundleSource("f", note)]).Diagnostics).Message, StringComparison.Ordinal);
        string[] lines = Encoding.UTF8.GetString(note).Split('\n');
        Assert.Equal(["floodwall-policy/v1", "production-guard", "7", CanonicalForm.Address(bundle)], lines[..4]);

        SignedBundleResult result = SignedBundle.Open(note, [signer.VerifierKey], 6, "production-guard");
        Assert.True(result.IsGood, result.Error);
        Assert.Equal(CanonicalForm.Address(bundle), CanonicalForm.Address(result.Bundle));
        Assert.Equal([signer.VerifierKey], result.VerifiedBy);
    }

    [Theory]
    [InlineData(7ul)]
    [InlineData(8ul)]
    [InlineData(ulong.MaxValue)]
    public void A_revision_that_is_not_newer_is_refused(ulong last)
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        byte[] note = SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer);
        Assert.Equal(SignedBundleStatus.NotNewer, SignedBundle.Open(note, [signer.VerifierKey], last).Status);
    }

    [Fact]
    public void Another_bundle_s_revision_does_not_count()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        byte[] note = SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer);
        Assert.Equal(SignedBundleStatus.WrongName, SignedBundle.Open(note, [signer.VerifierKey], 0, "staging-guard").Status);
    }

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        byte[] note = SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer);
        for (int i = 0; i < note.Length; i++)
        {
            byte[] changed = [.. note];
            changed[i] ^= 1;
            SignedBundleResult result = SignedBundle.Open(changed, [signer.VerifierKey], 0);
            Assert.True(!result.IsGood && result.Bundle is null && result.Error is not null, $"byte {i}");
        }
    }

    [Fact]
    public void Unknown_keys_do_not_count()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        using Ed25519Signer other = Ed25519Signer.Generate("k");
        byte[] note = SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer);
        Assert.Equal(SignedBundleStatus.NoKnownKey, SignedBundle.Open(note, [other.VerifierKey], 0).Status);
        Assert.Equal(SignedBundleStatus.NoKnownKey, SignedBundle.Open(note, [], 0).Status);
        byte[] two = SignedBundle.Sign(Seeds.Bundle(Seeds.Everything), signer, other);
        Assert.Equal(2, SignedBundle.Open(two, [signer.VerifierKey, other.VerifierKey], 0).VerifiedBy.Count);
        Assert.Single(SignedBundle.Open(two, [other.VerifierKey], 0).VerifiedBy);
    }

    /// <summary>Texts that are validly signed and wrong all the same.</summary>
    [Theory]
    [InlineData("other/v1\nn\n1\n{address}\n{json}\n", SignedBundleStatus.Malformed)]
    [InlineData("floodwall-policy/v1\nn\n1\n{address}\n", SignedBundleStatus.Malformed)]
    [InlineData("floodwall-policy/v1\nn\n1\n{address}\n{json}\nmore\n", SignedBundleStatus.Malformed)]
    [InlineData("floodwall-policy/v1\nn\n01\n{address}\n{json}\n", SignedBundleStatus.Malformed)]
    [InlineData("floodwall-policy/v1\nn\n-1\n{address}\n{json}\n", SignedBundleStatus.Malformed)]
    [InlineData("floodwall-policy/v1\nn\n2\n{address}\n{json}\n", SignedBundleStatus.Contradiction)]
    [InlineData("floodwall-policy/v1\nm\n1\n{address}\n{json}\n", SignedBundleStatus.Contradiction)]
    [InlineData("floodwall-policy/v1\nn\n1\nsha256:00\n{json}\n", SignedBundleStatus.Contradiction)]
    [InlineData("floodwall-policy/v1\nn\n1\n{address of other}\n{other}\n", SignedBundleStatus.InvalidBundle)]
    [InlineData("floodwall-policy/v1\nn\n1\n{address of broken}\n{broken}\n", SignedBundleStatus.InvalidBundle)]
    [InlineData("floodwall-policy/v1\nn\n1\n{address}\n{json}\n", SignedBundleStatus.Good)]
    public void A_signature_makes_nothing_right(string text, SignedBundleStatus status)
    {
        const string Source = "metadata: {name: n, revision: 1}\nrules: [{id: a, condition: x, decision: deny}]";
        string json = Encoding.UTF8.GetString(CanonicalForm.ToBytes(Seeds.Bundle(Source)));
        string other = json.Replace(",\"version\"", ", \"version\"", StringComparison.Ordinal);
        string broken = json.Replace("\"deny\"", "\"dney\"", StringComparison.Ordinal);
        foreach ((string name, string content) in ((string, string)[])[("json", json), ("other", other), ("broken", broken)])
        {
            string address = CanonicalForm.AddressOf(Encoding.UTF8.GetBytes(content));
            text = text.Replace("{" + name + "}", content, StringComparison.Ordinal)
                .Replace(name == "json" ? "{address}" : "{address of " + name + "}", address, StringComparison.Ordinal);
        }

        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        byte[] signature = new byte[68];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(signature, signer.KeyId);
        signer.Sign(Encoding.UTF8.GetBytes(text), signature.AsSpan(4));
        byte[] note = Encoding.UTF8.GetBytes($"{text}\n\u2014 k {Convert.ToBase64String(signature)}\n");
        Assert.Equal(status, SignedBundle.Open(note, [signer.VerifierKey], 0).Status);
    }

    [Fact]
    public void Only_bundles_with_name_and_revision_are_signed()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("k", Seed);
        Assert.Throws<ArgumentException>(() => SignedBundle.Sign(Seeds.Bundle(Seeds.Rules), signer));
        Assert.Throws<ArgumentException>(() => SignedBundle.Sign(Seeds.Bundle(Seeds.Everything)));
    }
}
