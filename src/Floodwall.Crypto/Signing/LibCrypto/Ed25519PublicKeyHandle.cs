using Floodwall.Crypto.Interop;

namespace Floodwall.Crypto;

/// <summary>An Ed25519 public key held by libcrypto. Lengths are checked by the callers; one call at a time.</summary>
internal sealed unsafe class Ed25519PublicKeyHandle : IDisposable
{
    private readonly Lock _gate = new();
    private readonly EvpKeyHandle _key;
    private readonly EvpContextHandle _context;

    private Ed25519PublicKeyHandle(EvpKeyHandle key, EvpContextHandle context)
    {
        _key = key;
        _context = context;
    }

    /// <summary>Sets up a 32-byte public key; null where it is refused.</summary>
    public static Ed25519PublicKeyHandle? TryCreate(ReadOnlySpan<byte> publicKey)
    {
        LibCrypto.Require();
        fixed (byte* bytes = publicKey)
        {
            EvpKeyHandle key = LibCryptoEvp.NewRawPublicKey(LibCryptoEvp.Ed25519Nid, 0, bytes, (nuint)publicKey.Length);
            if (key.IsInvalid)
            {
                LibCryptoEvp.ClearErrors();
                return null;
            }

            EvpContextHandle context = LibCryptoEvp.NewContext();
            if (context.IsInvalid)
            {
                key.Dispose();
                throw LibCryptoEvp.Failure("EVP_MD_CTX_new");
            }

            return new Ed25519PublicKeyHandle(key, context);
        }
    }

    /// <summary>Whether <paramref name="signature"/> (64 bytes) is this key's signature of <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
        {
            if (LibCryptoEvp.ResetContext(_context) != 1 || LibCryptoEvp.VerifyInit(_context, 0, 0, 0, _key) != 1)
            {
                throw LibCryptoEvp.Failure("EVP_DigestVerifyInit");
            }

            fixed (byte* from = signature, bytes = message)
            {
                // An empty span pins as null, which EVP takes for "no message"; any address does for zero bytes.
                byte none = 0;
                int result = LibCryptoEvp.Verify(
                    _context, from, (nuint)signature.Length, bytes is null ? &none : bytes, (nuint)message.Length);
                if (result == 1)
                {
                    return true;
                }

                // 0 says the signature does not match, less than 0 that key or signature cannot be decoded: neither is trusted.
                LibCryptoEvp.ClearErrors();
                return false;
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
