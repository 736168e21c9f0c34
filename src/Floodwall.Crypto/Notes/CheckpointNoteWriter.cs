using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Floodwall.Crypto;

/// <summary>
/// Writes signed checkpoints of one log, whose origin is the name of its key. Allocates nothing per note (as long as the
/// signer does not) and verifies each signature before handing the note out. Not thread-safe.
/// </summary>
public sealed class CheckpointNoteWriter
{
    private const int MaxSizeDigits = 20;
    private const int KeyIdSize = 4;

    private readonly ISigner _signer;
    private readonly VerifierKey _verifier;
    private readonly byte[] _originLine;
    private readonly byte[] _signaturePrefix;

    /// <summary>A writer for the log that <paramref name="signer"/> signs for.</summary>
    /// <exception cref="ArgumentException">The signer's name cannot stand in a note.</exception>
    public CheckpointNoteWriter(ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        KeyName.Require(signer.Name);
        _signer = signer;
        _verifier = signer.VerifierKey;
        _originLine = KeyName.StrictUtf8.GetBytes(signer.Name + "\n");
        _signaturePrefix = KeyName.StrictUtf8.GetBytes("\n\u2014 " + signer.Name + " ");
        MaxLength = _originLine.Length + MaxSizeDigits + 1 + Hash256.Base64Length + 1 + _signaturePrefix.Length
            + Base64.GetMaxEncodedToUtf8Length(KeyIdSize + Ed25519.SignatureSize) + 1;
    }

    /// <summary>Bytes that any note of this writer fits in.</summary>
    public int MaxLength { get; }

    /// <summary>Writes the complete signed note for a tree; returns its length in bytes.</summary>
    /// <param name="size">Leaves in the tree.</param>
    /// <param name="root">Root of the tree.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="CryptographicException">Signing failed, or the signature that was made does not verify.</exception>
    public int Write(ulong size, in Hash256 root, Span<byte> destination)
    {
        if (destination.Length < MaxLength)
        {
            throw new ArgumentException($"a checkpoint needs room for {MaxLength} bytes, got {destination.Length}", nameof(destination));
        }

        int at = Append(_originLine, destination, 0);
        size.TryFormat(destination[at..], out int digits, default, CultureInfo.InvariantCulture);
        at += digits;
        destination[at++] = (byte)'\n';
        root.WriteBase64(destination[at..]);
        at += Hash256.Base64Length;
        destination[at++] = (byte)'\n';
        ReadOnlySpan<byte> text = destination[..at];

        Span<byte> signed = stackalloc byte[KeyIdSize + Ed25519.SignatureSize];
        BinaryPrimitives.WriteUInt32BigEndian(signed, _signer.KeyId);
        Span<byte> signature = signed[KeyIdSize..];
        _signer.Sign(text, signature);
        if (!_verifier.Verify(text, signature))
        {
            // A faulty machine or a wrong key service: a note that nobody can verify must not leave the process.
            destination.Clear();
            throw new CryptographicException($"the signature just made by '{_signer.Name}' does not verify; the checkpoint is withheld");
        }

        at = Append(_signaturePrefix, destination, at);
        Base64.EncodeToUtf8(signed, destination[at..], out _, out int written);
        at += written;
        destination[at++] = (byte)'\n';
        return at;
    }

    private static int Append(byte[] part, Span<byte> destination, int at)
    {
        part.CopyTo(destination[at..]);
        return at + part.Length;
    }
}
