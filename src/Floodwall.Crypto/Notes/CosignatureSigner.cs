using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Floodwall.Crypto;

/// <summary>
/// Makes a witness's cosignatures (C2SP tlog-cosignature) with an Ed25519 key. The key must serve nothing else: the message does not
/// state the witness's name.
/// </summary>
public sealed class CosignatureSigner
{
    private readonly ISigner _signer;

    /// <summary>A cosigner of the signer's name and key.</summary>
    /// <exception cref="ArgumentException">The signer's name cannot stand in a note.</exception>
    public CosignatureSigner(ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        _signer = signer;
        Key = new CosignatureKey(signer.Name, signer.PublicKey.Span);
    }

    /// <summary>The verifier of these cosignatures.</summary>
    public CosignatureKey Key { get; }

    /// <summary>Cosigns a checkpoint's note text.</summary>
    /// <param name="text">The note text, to its last newline.</param>
    /// <param name="timestamp">POSIX seconds, at most 2^63 − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timestamp"/> is too large.</exception>
    /// <exception cref="CryptographicException">Signing failed, or the signature that was made does not verify.</exception>
    public NoteSignature Sign(ReadOnlySpan<byte> text, ulong timestamp)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timestamp, CosignatureMessage.MaxTimestamp);
        byte[] signature = new byte[CosignatureMessage.SignatureSize];
        BinaryPrimitives.WriteUInt64BigEndian(signature, timestamp);
        _signer.Sign(CosignatureMessage.Create(text, timestamp), signature.AsSpan(CosignatureMessage.TimestampSize));
        return Key.Verify(text, signature, out _)
            ? new NoteSignature(Key.Name, Key.KeyId, signature)
            : throw new CryptographicException($"the cosignature just made by '{Key.Name}' does not verify; it is withheld");
    }
}
