using System.Security.Cryptography;

namespace Floodwall.Crypto;

/// <summary>A signer whose private key lies in this process. Signing allocates nothing; calls from several threads wait for each other.</summary>
public sealed class Ed25519Signer : ISigner, IDisposable
{
    private const string PrivateKeyPrefix = "PRIVATE+KEY+";

    private readonly Ed25519PrivateKeyHandle _handle;
    private readonly byte[] _seed;

    private Ed25519Signer(string name, ReadOnlySpan<byte> seed32)
    {
        KeyName.Require(name);
        Ed25519.RequireSeed(seed32);
        _handle = Ed25519PrivateKeyHandle.Create(seed32);
        byte[] publicKey = new byte[Ed25519.KeySize];
        _handle.ReadPublicKey(publicKey);
        _seed = seed32.ToArray();
        VerifierKey = new VerifierKey(name, publicKey);
    }

    /// <inheritdoc/>
    public string Name => VerifierKey.Name;

    /// <inheritdoc/>
    public uint KeyId => VerifierKey.KeyId;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey => VerifierKey.PublicKey;

    /// <inheritdoc/>
    public VerifierKey VerifierKey { get; }

    /// <summary>A signer from a 32-byte RFC 8032 seed.</summary>
    /// <param name="name">Key name: not empty, no plus, white space or control characters, at most 255 bytes of UTF-8.</param>
    /// <param name="seed32">The private key.</param>
    /// <exception cref="ArgumentException">The name or the length of the seed is wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">No Ed25519 implementation was found on this machine.</exception>
    public static Ed25519Signer FromSeed(string name, ReadOnlySpan<byte> seed32) => new(name, seed32);

    /// <summary>A signer with a new random key.</summary>
    /// <inheritdoc cref="FromSeed"/>
    public static Ed25519Signer Generate(string name)
    {
        Span<byte> seed = stackalloc byte[Ed25519.KeySize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return new Ed25519Signer(name, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Reads the private key text of Go's sumdb/note: <c>PRIVATE+KEY+name+hex8(keyID)+base64(0x01 ‖ seed)</c>; white space around it is ignored.</summary>
    /// <exception cref="FormatException">The text is not of that form, or its key id does not fit its key. The message never quotes the key.</exception>
    public static Ed25519Signer ParsePrivateKey(string text) => Parse(text, Ed25519KeyText.Ed25519Type);

    /// <summary>
    /// Reads the private key text of a witness: the same form with 0x04, the type of its cosignatures, in place of 0x01, so that neither a
    /// log's key nor a witness's can be taken for the other by mistake.
    /// </summary>
    /// <exception cref="FormatException">The text is not of that form, or its key id does not fit its key. The message never quotes the key.</exception>
    public static Ed25519Signer ParseWitnessKey(string text) => Parse(text, Ed25519KeyText.CosignatureType);

    /// <summary>Writes what <see cref="ParsePrivateKey"/> reads. Keep it secret.</summary>
    /// <exception cref="ObjectDisposedException">The signer was disposed.</exception>
    public string ExportPrivateKey() => Export(Ed25519KeyText.Ed25519Type);

    /// <summary>Writes what <see cref="ParseWitnessKey"/> reads. Keep it secret.</summary>
    /// <exception cref="ObjectDisposedException">The signer was disposed.</exception>
    public string ExportWitnessKey() => Export(Ed25519KeyText.CosignatureType);

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length != Ed25519.SignatureSize)
        {
            throw new ArgumentException($"an Ed25519 signature is {Ed25519.SignatureSize} bytes, got room for {signature.Length}", nameof(signature));
        }

        _handle.Sign(message, signature);
    }

    /// <summary>Wipes and frees the private key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _handle.Dispose();
    }

    private static Ed25519Signer Parse(string text, byte type)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (!rest.StartsWith(PrivateKeyPrefix, StringComparison.Ordinal))
        {
            throw new FormatException($"private key text does not begin with {PrivateKeyPrefix}");
        }

        Span<byte> seed = stackalloc byte[Ed25519.KeySize];
        try
        {
            if (!Ed25519KeyText.TryParse(rest[PrivateKeyPrefix.Length..], out string name, out uint keyId, seed, out string? error, type))
            {
                throw new FormatException($"private key text: {error}");
            }

            Ed25519Signer signer = new(name, seed);
            uint actual = Ed25519KeyText.KeyId(name, signer.PublicKey.Span, type);
            if (actual != keyId)
            {
                signer.Dispose();
                throw new FormatException($"private key text: states key hash {keyId:x8}, but name and key give {actual:x8}");
            }

            return signer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private string Export(byte type)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        return PrivateKeyPrefix + Ed25519KeyText.Format(Name, Ed25519KeyText.KeyId(Name, PublicKey.Span, type), _seed, type);
    }
}
