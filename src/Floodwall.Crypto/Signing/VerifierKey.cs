using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Floodwall.Crypto;

/// <summary>
/// A named Ed25519 public key as Go's sumdb/note and C2SP write it: <c>name+hex8(keyID)+base64(0x01 ‖ key)</c>. Verifying
/// allocates nothing; calls from several threads wait for each other.
/// </summary>
public sealed class VerifierKey
{
    // Lives as long as this object and is freed by its own finalizer: a verifier key is a value people keep in lists.
    private readonly Ed25519PublicKeyHandle _handle;
    private readonly byte[] _publicKey;

    /// <summary>A verifier key from its parts.</summary>
    /// <param name="name">Key name: not empty, no plus, white space or control characters, at most 255 bytes of UTF-8.</param>
    /// <param name="publicKey32">The 32-byte public key (RFC 8032 section 5.1.5).</param>
    /// <exception cref="ArgumentException">The name or the length of the key is wrong.</exception>
    /// <exception cref="CryptographicException">The key was refused.</exception>
    /// <exception cref="PlatformNotSupportedException">No Ed25519 implementation was found on this machine.</exception>
    public VerifierKey(string name, ReadOnlySpan<byte> publicKey32)
    {
        KeyName.Require(name);
        if (publicKey32.Length != Ed25519.KeySize)
        {
            throw new ArgumentException($"an Ed25519 public key is {Ed25519.KeySize} bytes, got {publicKey32.Length}", nameof(publicKey32));
        }

        Name = name;
        _publicKey = publicKey32.ToArray();
        KeyId = Ed25519KeyText.KeyId(name, publicKey32);
        _handle = Ed25519PublicKeyHandle.TryCreate(publicKey32)
            ?? throw new CryptographicException($"the public key of '{name}' is not an Ed25519 key");
    }

    /// <summary>Key name.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>The 32-byte public key.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Parses a vkey string; white space around it is ignored.</summary>
    /// <exception cref="FormatException">The text is no vkey, or its stated key id does not fit its name and key.</exception>
    public static VerifierKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out VerifierKey? key, out string? error) ? key : throw new FormatException($"verifier key: {error}");
    }

    /// <summary>Parses a vkey string; white space around it is ignored. On failure <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out VerifierKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        Span<byte> publicKey = stackalloc byte[Ed25519.KeySize];
        if (!Ed25519KeyText.TryParse(text.Trim(), out string name, out uint stated, publicKey, out error))
        {
            return false;
        }

        uint actual = Ed25519KeyText.KeyId(name, publicKey);
        if (stated != actual)
        {
            error = $"states key hash {stated:x8}, but name and key give {actual:x8}";
            return false;
        }

        try
        {
            key = new VerifierKey(name, publicKey);
            return true;
        }
        catch (CryptographicException refused)
        {
            error = refused.Message;
            return false;
        }
    }

    /// <summary>Whether <paramref name="signature"/> is this key's signature of <paramref name="message"/>; false for a wrong length.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519.SignatureSize && _handle.Verify(message, signature);

    /// <summary>The vkey string.</summary>
    public override string ToString() => Ed25519KeyText.Format(Name, KeyId, _publicKey);
}
