namespace Floodwall.Crypto.Tests.Signing;

public sealed class Ed25519Tests
{
    /// <summary>RFC 8032 section 7.1: secret key, public key, message, signature.</summary>
    public static TheoryData<string, string, string, string> Rfc8032 => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc8032))]
    public void The_vectors_of_RFC_8032_hold(string seed, string publicKey, string message, string signature)
    {
        byte[] text = Convert.FromHexString(message);
        byte[] expected = Convert.FromHexString(signature);
        using Ed25519Signer signer = Ed25519Signer.FromSeed("test", Convert.FromHexString(seed));
        byte[] made = new byte[64];
        signer.Sign(text, made);
        Assert.Equal(expected, made);
        Assert.Equal(publicKey, Convert.ToHexStringLower(signer.PublicKey.Span));
        Assert.Equal(publicKey, Convert.ToHexStringLower(Ed25519.PublicKeyFromSeed(Convert.FromHexString(seed))));
        Assert.True(Ed25519.Verify(signer.PublicKey.Span, text, expected));
        Assert.True(signer.VerifierKey.Verify(text, expected));
    }

    [Fact]
    public void Any_flipped_bit_of_signature_key_or_message_fails()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("test", new byte[32]);
        byte[] message = [1, 2, 3, 4];
        byte[] signature = new byte[64];
        signer.Sign(message, signature);
        byte[] key = signer.PublicKey.ToArray();
        foreach (byte[] part in new[] { signature, key, message })
        {
            for (int bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Ed25519.Verify(key, message, signature));
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.True(Ed25519.Verify(key, message, signature));
        Assert.True(signer.VerifierKey.Verify(message, signature)); // failures before left no trace in the context
    }

    [Fact]
    public void Wrong_lengths_do_not_verify_and_do_not_throw()
    {
        Assert.False(Ed25519.Verify(new byte[31], [], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[33], [], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[32], [], new byte[63]));
        Assert.False(Ed25519.Verify(new byte[32], [], []));
        Assert.Throws<ArgumentException>(() => Ed25519.PublicKeyFromSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => Ed25519Signer.FromSeed("x", new byte[33]));
    }

    [Fact]
    public void A_private_key_text_gives_the_same_key_back()
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("example.com/log");
        string text = signer.ExportPrivateKey();
        Assert.StartsWith($"PRIVATE+KEY+example.com/log+{signer.KeyId:x8}+", text, StringComparison.Ordinal);
        using Ed25519Signer read = Ed25519Signer.ParsePrivateKey(text + "\n");
        Assert.Equal(signer.VerifierKey.ToString(), read.VerifierKey.ToString());
        Assert.Equal(text, read.ExportPrivateKey());
    }

    [Fact]
    public void A_log_key_and_a_witness_key_are_never_read_for_each_other()
    {
        using Ed25519Signer signer = Ed25519Signer.Generate("example.com/w");
        string text = signer.ExportWitnessKey();
        Assert.StartsWith($"PRIVATE+KEY+example.com/w+{new CosignatureSigner(signer).Key.KeyId:x8}+", text, StringComparison.Ordinal);
        using Ed25519Signer read = Ed25519Signer.ParseWitnessKey(text + "\n");
        Assert.Equal(signer.ExportPrivateKey(), read.ExportPrivateKey());
        Assert.Contains("0x04", Assert.Throws<FormatException>(() => Ed25519Signer.ParsePrivateKey(text)).Message, StringComparison.Ordinal);
        Assert.Contains("0x01", Assert.Throws<FormatException>(() => Ed25519Signer.ParseWitnessKey(signer.ExportPrivateKey())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRIVATE+KEY+")]
    [InlineData("PRIVATE+KEY+x+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void A_malformed_private_key_text_is_refused_without_quoting_the_key(string text)
    {
        FormatException refused = Assert.Throws<FormatException>(() => Ed25519Signer.ParsePrivateKey(text));
        Assert.DoesNotContain("AQAAAA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_signer_refuses_to_sign_and_to_export()
    {
        Ed25519Signer signer = Ed25519Signer.Generate("x");
        signer.Dispose();
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign([], new byte[64]));
        Assert.Throws<ObjectDisposedException>(signer.ExportPrivateKey);
    }

    [Fact]
    public void One_signer_serves_many_threads()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("test", new byte[32]);
        Parallel.For(0, 400, i =>
        {
            byte[] message = BitConverter.GetBytes(i);
            byte[] signature = new byte[64];
            signer.Sign(message, signature);
            Assert.True(signer.VerifierKey.Verify(message, signature));
        });
    }

    [Fact]
    public void Signing_and_verifying_allocate_nothing()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("test", new byte[32]);
        byte[] message = new byte[200];
        byte[] signature = new byte[64];
        Assert.Equal(0, Allocations.Of(() =>
        {
            signer.Sign(message, signature);
            signer.VerifierKey.Verify(message, signature);
        }));
    }
}
