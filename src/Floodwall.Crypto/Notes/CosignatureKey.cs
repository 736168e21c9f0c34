using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Floodwall.Crypto;

/// <summary>
/// A witness's public key: verifies timestamped Ed25519 cosignatures (C2SP tlog-cosignature, signature type 0x04), and nothing else, so
/// that a witness's key can never pass for a log's. Calls from several threads wait for each other.
/// </summary>
public sealed class CosignatureKey
{
    private readonly Ed25519PublicKeyHandle _handle;
    private readonly byte[] _publicKey;

    /// <summary>A key from its parts.</summary>
    /// <param name="name">Key name: not empty, no plus, white space or control characters, at most 255 bytes of UTF-8.</param>
    /// <param name="publicKey32">The 32-byte public key (RFC 8032 section 5.1.5).</param>
    /// <exception cref="ArgumentException">The name or the length of the key is wrong.</exception>
    /// <exception cref="CryptographicException">The key was refused.</exception>
    /// <exception cref="PlatformNotSupportedException">No Ed25519 implementation was found on this machine.</exception>
    public CosignatureKey(string name, ReadOnlySpan<byte> publicKey32)
    {
        KeyName.Require(name);
        if (publicKey32.Length != Ed25519.KeySize)
        {
            throw new ArgumentException($"an Ed25519 public key is {Ed25519.KeySize} bytes, got {publicKey32.Length}", nameof(publicKey32));
        }

        Name = name;
        _publicKey = publicKey32.ToArray();
        KeyId = Ed25519KeyText.KeyId(name, publicKey32, Ed25519KeyText.CosignatureType);
        _handle = Ed25519PublicKeyHandle.TryCreate(publicKey32)
            ?? throw new CryptographicException($"the public key of '{name}' is not an Ed25519 key");
    }

    /// <summary>Key name.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>The 32-byte public key.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Parses a vkey string of type 0x04; white space around it is ignored.</summary>
    /// <exception cref="FormatException">The text is no such vkey, or its stated key id does not fit its name and key.</exception>
    public static CosignatureKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out CosignatureKey? key, out string? error) ? key : throw new FormatException($"witness key: {error}");
    }

    /// <summary>Parses a vkey string of type 0x04; white space around it is ignored. On failure <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out CosignatureKey? key, [NotNullWhen(false)] out string? error)
    {
        const byte Type = Ed25519KeyText.CosignatureType;
        key = null;
        Span<byte> publicKey = stackalloc byte[Ed25519.KeySize];
        if (!Ed25519KeyText.TryParse(text.Trim(), out string name, out uint stated, publicKey, out error, Type))
        {
            return false;
        }

        uint actual = Ed25519KeyText.KeyId(name, publicKey, Type);
        if (stated != actual)
        {
            error = $"states key hash {stated:x8}, but name and key give {actual:x8}";
            return false;
        }

        try
        {
            key = new CosignatureKey(name, publicKey);
            return true;
        }
        catch (CryptographicException refused)
        {
            error = refused.Message;
            return false;
        }
    }

    /// <summary>Whether name and id of a signature line are this key's.</summary>
    public bool IsNamedBy(NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature.KeyId == KeyId && signature.Name == Name;
    }

    /// <summary>Whether a timestamped signature is this key's cosignature of a note text.</summary>
    /// <param name="text">The note text, to its last newline.</param>
    /// <param name="timestampedSignature">What stands behind the key id: <c>uint64 big-endian seconds ‖ Ed25519 signature</c>.</param>
    /// <param name="timestamp">The time stated, in POSIX seconds; believe it only where the result is true.</param>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> timestampedSignature, out ulong timestamp) =>
        CosignatureMessage.TryReadTimestamp(timestampedSignature, out timestamp)
        && _handle.Verify(CosignatureMessage.Create(text, timestamp), timestampedSignature[CosignatureMessage.TimestampSize..]);

    /// <summary>The vkey string.</summary>
    public override string ToString() => Ed25519KeyText.Format(Name, KeyId, _publicKey, Ed25519KeyText.CosignatureType);
}
