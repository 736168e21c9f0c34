using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Floodwall.Crypto;

/// <summary>A SHA-256 digest: 32 bytes in wire order (FIPS 180-4 writes each state word big-endian).</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public readonly struct Hash256 : IEquatable<Hash256>
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int Size = 32;

    /// <summary>Length of the padded standard base64 text of a digest (RFC 4648 section 4).</summary>
    public const int Base64Length = 44;

    // Raw memory of the digest; never read as numbers, so the byte order of the machine does not matter.
    private readonly ulong _b0;
    private readonly ulong _b8;
    private readonly ulong _b16;
    private readonly ulong _b24;

    /// <summary>Reads a digest from the first 32 bytes of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="source"/> is shorter than 32 bytes.</exception>
    public static Hash256 Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Size)
        {
            throw new ArgumentException($"a digest is {Size} bytes, got {source.Length}", nameof(source));
        }

        return MemoryMarshal.Read<Hash256>(source);
    }

    /// <summary>Writes the 32 bytes of the digest to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            throw new ArgumentException($"a digest needs {Size} bytes, got {destination.Length}", nameof(destination));
        }

        MemoryMarshal.Write(destination, in this);
    }

    /// <summary>The 32 bytes of the digest, as a view of this variable.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsBytes() => MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in this));

    /// <summary>Parses exactly 44 characters of canonical padded standard base64 (RFC 4648 section 4); no white space.</summary>
    public static bool TryParseBase64(ReadOnlySpan<char> text, out Hash256 hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Size + 1];
        if (text.Length != Base64Length || !Convert.TryFromBase64Chars(text, bytes, out int written) || written != Size)
        {
            return false;
        }

        // Convert skips white space and ignores unused trailing bits; encoding again admits one spelling only.
        Span<char> canonical = stackalloc char[Base64Length];
        Convert.TryToBase64Chars(bytes[..Size], canonical, out _);
        if (!text.SequenceEqual(canonical))
        {
            return false;
        }

        hash = Read(bytes);
        return true;
    }

    /// <summary>Writes 44 bytes of standard base64 as ASCII.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 44 bytes.</exception>
    public void WriteBase64(Span<byte> destination)
    {
        if (destination.Length < Base64Length)
        {
            throw new ArgumentException($"a digest in base64 needs {Base64Length} bytes, got {destination.Length}", nameof(destination));
        }

        Base64.EncodeToUtf8(AsBytes(), destination, out _, out _);
    }

    /// <summary>The digest as 44 characters of standard base64.</summary>
    public string ToBase64() => Convert.ToBase64String(AsBytes());

    /// <summary>The digest as 64 lowercase hexadecimal digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(AsBytes());

    /// <inheritdoc cref="ToHex"/>
    public override string ToString() => ToHex();

    /// <inheritdoc/>
    public bool Equals(Hash256 other) =>
        ((_b0 ^ other._b0) | (_b8 ^ other._b8) | (_b16 ^ other._b16) | (_b24 ^ other._b24)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _b0.GetHashCode(); // the digest is uniform already

    /// <summary>Whether two digests have the same bytes.</summary>
    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    /// <summary>Whether two digests differ in any byte.</summary>
    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);
}
