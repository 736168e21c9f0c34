using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Floodwall.Crypto;

/// <summary>
/// The pieces that vkeys and private key texts share: <c>name+hex8+base64(type ‖ 32 bytes)</c>, as Go's sumdb/note writes them. The
/// type is a signature type identifier of C2SP signed-note, "Signature types".
/// </summary>
internal static class Ed25519KeyText
{
    /// <summary>Plain Ed25519 signatures.</summary>
    public const byte Ed25519Type = 0x01;

    /// <summary>Timestamped Ed25519 cosignatures (C2SP tlog-cosignature).</summary>
    public const byte CosignatureType = 0x04;

    private static readonly SearchValues<char> LowercaseHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The longest key text that is looked at: the longest name with room for the rest.</summary>
    public const int MaxLength = 1024;

    /// <summary>Key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian (C2SP signed-note, "Signatures").</summary>
    public static uint KeyId(string name, ReadOnlySpan<byte> publicKey, byte type = Ed25519Type)
    {
        Span<byte> message = stackalloc byte[KeyName.MaxBytes + 2 + Ed25519.KeySize];
        int length = KeyName.StrictUtf8.GetBytes(name, message);
        message[length++] = (byte)'\n';
        message[length++] = type;
        publicKey.CopyTo(message[length..]);
        return BinaryPrimitives.ReadUInt32BigEndian(Sha256.Hash(message[..(length + publicKey.Length)]).AsBytes());
    }

    /// <summary>Writes <c>name+hex8+base64(type ‖ key)</c>.</summary>
    public static string Format(string name, uint keyId, ReadOnlySpan<byte> key, byte type = Ed25519Type)
    {
        Span<byte> typed = stackalloc byte[1 + Ed25519.KeySize];
        typed[0] = type;
        key.CopyTo(typed[1..]);
        return string.Create(CultureInfo.InvariantCulture, $"{name}+{keyId:x8}+{Convert.ToBase64String(typed)}");
    }

    /// <summary>Takes <c>name+hex8+base64(type ‖ key)</c> apart; writes the 32 key bytes. Error messages never quote the key.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text, out string name, out uint keyId, Span<byte> key, [NotNullWhen(false)] out string? error,
        byte type = Ed25519Type)
    {
        name = "";
        keyId = 0;
        if (text.Length > MaxLength)
        {
            error = $"key text is {text.Length} characters; at most {MaxLength} are allowed";
            return false;
        }

        int first = text.IndexOf('+');
        int second = first < 0 ? -1 : text[(first + 1)..].IndexOf('+');
        if (second < 0)
        {
            error = "key text is not of the form name+hash+key";
            return false;
        }

        if (!KeyName.IsValid(text[..first], out error))
        {
            return false;
        }

        ReadOnlySpan<char> hex = text.Slice(first + 1, second);
        if (hex.Length != 8 || hex.ContainsAnyExcept(LowercaseHex)
            || !uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out keyId))
        {
            error = "key hash is not 8 lowercase hexadecimal digits";
            return false;
        }

        if (!TryDecodeKey(text[(first + second + 2)..], type, key, out error))
        {
            return false;
        }

        name = text[..first].ToString();
        return true;
    }

    private static bool TryDecodeKey(ReadOnlySpan<char> base64, byte type, Span<byte> key, [NotNullWhen(false)] out string? error)
    {
        const int TextLength = 44; // 33 bytes
        Span<byte> typed = stackalloc byte[1 + Ed25519.KeySize];
        if (base64.Length != TextLength || base64.ContainsAny(" \t\r\n")
            || !Convert.TryFromBase64Chars(base64, typed, out int written) || written != typed.Length)
        {
            error = $"key is not {TextLength} characters of base64 for {typed.Length} bytes";
            return false;
        }

        if (typed[0] != type)
        {
            error = $"key type is 0x{typed[0]:x2}; 0x{type:x2} ({NameOf(type)}) is expected";
            return false;
        }

        typed[1..].CopyTo(key);
        typed.Clear();
        error = null;
        return true;
    }

    private static string NameOf(byte type) => type == CosignatureType ? "Ed25519 cosignature of a witness" : "Ed25519 signature";
}
