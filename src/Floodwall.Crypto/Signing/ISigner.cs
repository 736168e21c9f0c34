namespace Floodwall.Crypto;

/// <summary>Something that signs notes with one Ed25519 key: a key in memory, or a key service elsewhere.</summary>
public interface ISigner
{
    /// <summary>Key name, as it stands in signature lines.</summary>
    string Name { get; }

    /// <summary>Key id, as it stands in signature lines (C2SP signed-note, "Signatures").</summary>
    uint KeyId { get; }

    /// <summary>The 32-byte public key (RFC 8032 section 5.1.5).</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The verifier of this signer's signatures.</summary>
    VerifierKey VerifierKey { get; }

    /// <summary>Writes the 64-byte Ed25519 signature of <paramref name="message"/> to <paramref name="signature"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is not 64 bytes.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Signing failed.</exception>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature);
}
