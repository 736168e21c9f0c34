using NSec.Cryptography;

namespace Floodwall.Crypto;

/// <summary>An Ed25519 public key held by NSec. Lengths are checked by the callers.</summary>
internal sealed class Ed25519PublicKeyHandle : IDisposable
{
    private readonly PublicKey _key;

    private Ed25519PublicKeyHandle(PublicKey key) => _key = key;

    /// <summary>Sets up a 32-byte public key; null where it is refused.</summary>
    public static Ed25519PublicKeyHandle? TryCreate(ReadOnlySpan<byte> publicKey) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key) && key is not null
            ? new Ed25519PublicKeyHandle(key)
            : null;

    /// <summary>Whether <paramref name="signature"/> (64 bytes) is this key's signature of <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        SignatureAlgorithm.Ed25519.Verify(_key, message, signature);

    /// <summary>Nothing to free: NSec keeps public keys in managed memory.</summary>
    public void Dispose()
    {
    }
}
