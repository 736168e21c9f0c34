using System.Buffers;
using System.Globalization;
using System.Net;

namespace Floodwall.Policy.Cel;

/// <summary>
/// <c>cidrContains(network, inner)</c>: whether an address or network of the same family lies wholly in a network. Networks are written as
/// in RFC 4632 and RFC 4291 (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>); bits behind the prefix are ignored. Not part of google/cel-spec.
/// </summary>
internal static class CidrFunctions
{
    private const int MaxLength = 64;
    private const string Network = "a network such as 10.0.0.0/8 or 2001:db8::/32";
    private const string Address = "an address or network such as 10.1.2.3 or 2001:db8::/48";
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static IEnumerable<CelFunction> All { get; } =
    [
        CelFunction.Of(Name, CelCostClass.Constant, (network, inner) => (network, inner) switch
        {
            (CelString a, CelString b) => Contains(a.Value, b.Value),
            _ => null,
        }),
    ];

    /// <summary>The function's name.</summary>
    public const string Name = "cidrContains";

    /// <summary>Whether a network lies wholly in another; an error where one of them is none.</summary>
    public static CelValue Contains(string network, string inner)
    {
        if (!IsNetwork(network, out UInt128 networkBits, out int networkPrefix, out int networkWidth))
        {
            return Malformed(network, Network);
        }

        if (!TryParse(inner, out UInt128 innerBits, out int innerPrefix, out int innerWidth))
        {
            return Malformed(inner, Address);
        }

        if (networkWidth != innerWidth || innerPrefix < networkPrefix)
        {
            return CelBool.False;
        }

        // Shifting by the whole width would shift by nothing.
        return CelValue.Of(networkPrefix == 0 || networkBits >> (networkWidth - networkPrefix) == innerBits >> (networkWidth - networkPrefix));
    }

    /// <summary>What was expected in place of an argument that is known before; null where it is good.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="isNetwork">Whether it is the first, which has to be a network.</param>
    public static string? Expected(string text, bool isNetwork) =>
        isNetwork ? (IsNetwork(text, out _, out _, out _) ? null : Network) : TryParse(text, out _, out _, out _) ? null : Address;

    private static bool IsNetwork(string text, out UInt128 bits, out int prefix, out int width)
    {
        bool parsed = TryParse(text, out bits, out prefix, out width);
        return parsed && text.Contains('/', StringComparison.Ordinal);
    }

    private static bool TryParse(string text, out UInt128 bits, out int prefix, out int width)
    {
        bits = 0;
        prefix = 0;
        width = 0;
        if (text.Length > MaxLength)
        {
            return false;
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> address = slash < 0 ? text : text.AsSpan(0, slash);
        bool parsed;
        if (address.Contains(':'))
        {
            width = 128;
            parsed = TryParseV6(address, out bits);
        }
        else
        {
            width = 32;
            parsed = TryParseV4(address, out bits);
        }

        prefix = width;
        return parsed && (slash < 0 || (TryNumber(text.AsSpan(slash + 1), out prefix) && prefix <= width));
    }

    // Four decimal numbers without leading zeros: some readers take 010 for octal.
    private static bool TryParseV4(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            if (++parts > 4 || !TryNumber(text[range], out int part) || part > 255)
            {
                return false;
            }

            bits = (bits << 8) | (UInt128)(uint)part;
        }

        return parts == 4;
    }

    // An IPv4 address written as IPv6 (::ffff:10.0.0.1) is refused: which networks would it lie in?
    private static bool TryParseV6(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        if (text.IndexOfAnyExcept(V6Characters) >= 0 || !IPAddress.TryParse(text, out IPAddress? address)
            || address.IsIPv4MappedToIPv6)
        {
            return false;
        }

        foreach (byte octet in address.GetAddressBytes())
        {
            bits = (bits << 8) | octet;
        }

        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        return digits.Length is > 0 and <= 3 && (digits.Length == 1 || digits[0] != '0')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static CelError Malformed(string text, string expected) =>
        new(CelErrorKind.InvalidArgument, $"{Name}: {CelValue.Of(text)} is not {expected}");
}
