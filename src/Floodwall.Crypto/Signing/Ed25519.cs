namespace Floodwall.Crypto;

/// <summary>Ed25519 (RFC 8032 section 5.1) over bare keys. For repeated use of one key keep a <see cref="VerifierKey"/> or an <see cref="Ed25519Signer"/>.</summary>
public static class Ed25519
{
    /// <summary>Length of a public key and of a private seed in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>Whether <paramref name="signature64"/> is this key's signature of <paramref name="message"/>.</summary>
    /// <remarks>Sets the key up and tears it down again in each call, which allocates; false for wrong lengths.</remarks>
    /// <exception cref="PlatformNotSupportedException">No Ed25519 implementation was found on this machine.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey32, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature64)
    {
        if (publicKey32.Length != KeySize || signature64.Length != SignatureSize)
        {
            return false;
        }

        using Ed25519PublicKeyHandle? key = Ed25519PublicKeyHandle.TryCreate(publicKey32);
        return key is not null && key.Verify(message, signature64);
    }

    /// <summary>The public key of a 32-byte seed (RFC 8032 section 5.1.5).</summary>
    /// <exception cref="ArgumentException"><paramref name="seed32"/> is not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">No Ed25519 implementation was found on this machine.</exception>
    public static byte[] PublicKeyFromSeed(ReadOnlySpan<byte> seed32)
    {
        RequireSeed(seed32);
        using Ed25519PrivateKeyHandle key = Ed25519PrivateKeyHandle.Create(seed32);
        byte[] publicKey = new byte[KeySize];
        key.ReadPublicKey(publicKey);
        return publicKey;
    }

    /// <summary>Throws unless <paramref name="seed32"/> is 32 bytes.</summary>
    internal static void RequireSeed(ReadOnlySpan<byte> seed32)
    {
        if (seed32.Length != KeySize)
        {
            throw new ArgumentException($"an Ed25519 seed is {KeySize} bytes, got {seed32.Length}", nameof(seed32));
        }
    }
}
