using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Floodwall.Policy.Matching;

/// <summary>An IP network as policy files write it (RFC 4632 §3.1, RFC 4291 §2.3), in its one canonical spelling.</summary>
internal readonly record struct CidrText(string Text, int PrefixLength)
{
    /// <summary>
    /// Reads <c>address/length</c>, or an address alone. Strict, since what readers understand differently lets things through:
    /// four decimal octets without leading zeros, no zone, no bits behind the prefix.
    /// </summary>
    public static bool TryParse(string text, out CidrText cidr, [NotNullWhen(false)] out string? problem, out string? suggestion)
    {
        cidr = default;
        suggestion = null;
        problem = $"expected a network such as 10.0.0.0/8 or 2001:db8::/32, got {BundleText.Quoted(text)}";
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string head = slash < 0 ? text : text[..slash];
        if (head.AsSpan().ContainsAny('%', '[') || !IPAddress.TryParse(head, out IPAddress? address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != head))
        {
            return false;
        }

        byte[] bytes = address.GetAddressBytes();
        int length = bytes.Length * 8;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            || length > bytes.Length * 8 || text.Length - slash > 4 || (text[slash + 1] == '0' && text.Length - slash > 2)))
        {
            return false;
        }

        bool extra = false;
        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            int mask = 0x80 >> (bit % 8);
            extra |= (bytes[bit / 8] & mask) != 0;
            bytes[bit / 8] &= (byte)~mask;
        }

        cidr = new CidrText(string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{length}"), length);
        if (extra)
        {
            problem = $"expected no bits behind the prefix of a network, got {BundleText.Quoted(text)}";
            suggestion = cidr.Text;
            return false;
        }

        problem = null;
        return true;
    }
}
