using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Payload of the entry that hands a ledger over to another key: <c>64 bytes signature by the old key ‖ 64 bytes signature by the new
/// key ‖ vkey of the new key in UTF-8</c>. Both sign the same message (see <see cref="Message"/>), so neither can be rotated to, or
/// away from, without its consent.
/// </summary>
/// <param name="OldSignature">Signature by the key in force before the entry.</param>
/// <param name="NewSignature">Signature by <paramref name="NewKey"/>.</param>
/// <param name="NewKey">The key in force for every checkpoint that covers the entry.</param>
public sealed record KeyEntry(ReadOnlyMemory<byte> OldSignature, ReadOnlyMemory<byte> NewSignature, VerifierKey NewKey)
{
    private const int SignatureBytes = 64;
    private const int FixedBytes = 2 * SignatureBytes;

    // The zero byte keeps the message out of reach of signed notes, whose text holds no control characters.
    private const string Domain = "floodwall key rotation v1\0\n";

    /// <summary>
    /// What both keys sign: <c>"floodwall key rotation v1" 0x00 0x0A ‖ origin 0x0A ‖ the entry's index in decimal 0x0A ‖ old vkey 0x0A
    /// ‖ new vkey 0x0A</c>.
    /// </summary>
    public static byte[] Message(string origin, ulong index, VerifierKey oldKey, VerifierKey newKey) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Domain}{origin}\n{index}\n{oldKey}\n{newKey}\n"));

    /// <summary>Length of the payload that names <paramref name="newKey"/>.</summary>
    public static int LengthOf(VerifierKey newKey)
    {
        ArgumentNullException.ThrowIfNull(newKey);
        return FixedBytes + Encoding.UTF8.GetByteCount(newKey.ToString());
    }

    /// <summary>Makes the entry that stands at <paramref name="index"/>, signed by both keys.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Signing failed.</exception>
    public static KeyEntry Sign(string origin, ulong index, ISigner oldKey, ISigner newKey)
    {
        ArgumentNullException.ThrowIfNull(oldKey);
        ArgumentNullException.ThrowIfNull(newKey);
        byte[] message = Message(origin, index, oldKey.VerifierKey, newKey.VerifierKey);
        byte[] signatures = new byte[FixedBytes];
        oldKey.Sign(message, signatures.AsSpan(0, SignatureBytes));
        newKey.Sign(message, signatures.AsSpan(SignatureBytes));
        return new KeyEntry(signatures.AsMemory(0, SignatureBytes), signatures.AsMemory(SignatureBytes), newKey.VerifierKey);
    }

    /// <summary>The payload as it stands in the entry.</summary>
    public byte[] Encode() => [.. OldSignature.Span, .. NewSignature.Span, .. Encoding.UTF8.GetBytes(NewKey.ToString())];

    /// <summary>Reads a payload; on failure <paramref name="problem"/> says what is wrong with it. Signatures are not checked.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> payload, [NotNullWhen(true)] out KeyEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        if (payload.Length <= FixedBytes)
        {
            problem = $"the key entry is too short: {payload.Length} bytes of payload, more than {FixedBytes} expected";
            return false;
        }

        ReadOnlySpan<byte> text = payload[FixedBytes..];
        if (!VerifierKey.TryParse(Encoding.UTF8.GetString(text), out VerifierKey? key, out string? keyProblem))
        {
            problem = $"the key entry states no valid verifier key: {keyProblem}";
            return false;
        }

        if (!text.SequenceEqual(Encoding.UTF8.GetBytes(key.ToString())))
        {
            problem = "the key entry does not state its verifier key in the one canonical way";
            return false;
        }

        problem = null;
        entry = new KeyEntry(payload[..SignatureBytes].ToArray(), payload[SignatureBytes..FixedBytes].ToArray(), key);
        return true;
    }

    /// <summary>Whether both signatures verify; null where they do, else what is wrong.</summary>
    public string? Check(string origin, ulong index, VerifierKey oldKey)
    {
        ArgumentNullException.ThrowIfNull(oldKey);
        byte[] message = Message(origin, index, oldKey, NewKey);
        return NewKey.Name != origin ? $"the new key is named '{NewKey.Name}', but the ledger's origin is '{origin}'"
            : !oldKey.Verify(message, OldSignature.Span) ? $"the handover to {NewKey} is not signed by the key in force, {oldKey}"
            : !NewKey.Verify(message, NewSignature.Span) ? $"the handover to {NewKey} is not signed by that key itself"
            : null;
    }
}
