using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Floodwall.Cli.Formats;

/// <summary>Idempotency keys: 128 bits, most significant byte first as a UUID is written.</summary>
internal static class IdempotencyKeys
{
    /// <summary>Reads 32 hexadecimal digits, plain or in the groups of a UUID (8-4-4-4-12).</summary>
    public static bool TryParse(string text, out UInt128 key)
    {
        key = 0;
        bool grouped = text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
        string digits = grouped ? string.Concat(text.AsSpan(0, 8), text.AsSpan(9, 4), text.AsSpan(14, 4)) + text[19..23] + text[24..] : text;
        return digits.Length == 32 && digits.All(char.IsAsciiHexDigit)
            && UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);
    }

    /// <summary>The key for a foreign identifier: the UUID itself, or the first 128 bits of its SHA-256 where it is none.</summary>
    /// <remarks>Kubernetes takes an audit identifier from the request's Audit-ID header, so it need not be a UUID.</remarks>
    public static UInt128 From(string identifier)
    {
        if (TryParse(identifier, out UInt128 key))
        {
            return key;
        }

        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)));
    }
}
