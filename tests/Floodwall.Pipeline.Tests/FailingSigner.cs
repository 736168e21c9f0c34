using Floodwall.Crypto;

namespace Floodwall.Pipeline.Tests;

/// <summary>The test key, which can be put out of reach.</summary>
internal class FailingSigner : ISigner
{
    public bool Fails { get; set; }

    public string Name => TestWall.Signer.Name;

    public uint KeyId => TestWall.Signer.KeyId;

    public ReadOnlyMemory<byte> PublicKey => TestWall.Signer.PublicKey;

    public VerifierKey VerifierKey => TestWall.Signer.VerifierKey;

    public virtual void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (Fails)
        {
            throw new System.Security.Cryptography.CryptographicException("the key is out of reach");
        }

        TestWall.Signer.Sign(message, signature);
    }
}
