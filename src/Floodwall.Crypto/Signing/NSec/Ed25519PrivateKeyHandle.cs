using System.Security.Cryptography;
using NSec.Cryptography;

namespace Floodwall.Crypto;

/// <summary>An Ed25519 private key held by NSec (libsodium's guarded memory). Lengths are checked by the callers.</summary>
internal sealed class Ed25519PrivateKeyHandle : IDisposable
{
    private readonly Key _key;

    private Ed25519PrivateKeyHandle(Key key) => _key = key;

    /// <summary>Whether the key was freed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sets up the key of a 32-byte seed.</summary>
    public static Ed25519PrivateKeyHandle Create(ReadOnlySpan<byte> seed) =>
        new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey));

    /// <summary>Writes the 32-byte public key.</summary>
    public void ReadPublicKey(Span<byte> publicKey)
    {
        if (!_key.PublicKey.TryExport(KeyBlobFormat.RawPublicKey, publicKey, out int written) || written != publicKey.Length)
        {
            throw new CryptographicException("NSec did not export the public key");
        }
    }

    /// <summary>Writes the 64-byte signature of <paramref name="message"/>.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        SignatureAlgorithm.Ed25519.Sign(_key, message, signature);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsClosed = true;
        _key.Dispose();
    }
}
