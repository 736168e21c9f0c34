using Floodwall.Crypto.Interop;

namespace Floodwall.Crypto;

/// <summary>An Ed25519 private key held by libcrypto. Lengths are checked by the callers; one call at a time.</summary>
internal sealed unsafe class Ed25519PrivateKeyHandle : IDisposable
{
    private readonly Lock _gate = new();
    private readonly EvpKeyHandle _key;
    private readonly EvpContextHandle _context;

    private Ed25519PrivateKeyHandle(EvpKeyHandle key, EvpContextHandle context)
    {
        _key = key;
        _context = context;
    }

    /// <summary>Whether the key was freed.</summary>
    public bool IsClosed => _key.IsClosed;

    /// <summary>Sets up the key of a 32-byte seed.</summary>
    public static Ed25519PrivateKeyHandle Create(ReadOnlySpan<byte> seed)
    {
        LibCrypto.Require();
        fixed (byte* bytes = seed)
        {
            EvpKeyHandle key = LibCryptoEvp.NewRawPrivateKey(LibCryptoEvp.Ed25519Nid, 0, bytes, (nuint)seed.Length);
            if (key.IsInvalid)
            {
                throw LibCryptoEvp.Failure("EVP_PKEY_new_raw_private_key");
            }

            EvpContextHandle context = LibCryptoEvp.NewContext();
            if (context.IsInvalid)
            {
                key.Dispose();
                throw LibCryptoEvp.Failure("EVP_MD_CTX_new");
            }

            return new Ed25519PrivateKeyHandle(key, context);
        }
    }

    /// <summary>Writes the 32-byte public key.</summary>
    public void ReadPublicKey(Span<byte> publicKey)
    {
        nuint length = (nuint)publicKey.Length;
        fixed (byte* bytes = publicKey)
        {
            if (LibCryptoEvp.GetRawPublicKey(_key, bytes, &length) != 1 || length != (nuint)publicKey.Length)
            {
                throw LibCryptoEvp.Failure("EVP_PKEY_get_raw_public_key");
            }
        }
    }

    /// <summary>Writes the 64-byte signature of <paramref name="message"/>.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        lock (_gate)
        {
            // One-shot signing finishes the context; OpenSSL 3 wants it set up again for the next message.
            if (LibCryptoEvp.ResetContext(_context) != 1 || LibCryptoEvp.SignInit(_context, 0, 0, 0, _key) != 1)
            {
                throw LibCryptoEvp.Failure("EVP_DigestSignInit");
            }

            nuint length = (nuint)signature.Length;
            fixed (byte* to = signature, bytes = message)
            {
                // An empty span pins as null, which EVP takes for "no message"; any address does for zero bytes.
                byte none = 0;
                if (LibCryptoEvp.Sign(_context, to, &length, bytes is null ? &none : bytes, (nuint)message.Length) != 1
                    || length != (nuint)signature.Length)
                {
                    throw LibCryptoEvp.Failure("EVP_DigestSign");
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _key.Dispose();
    }
}
