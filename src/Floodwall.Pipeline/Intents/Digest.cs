using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>32 bytes that name a manifest: its SHA-256. All zero means "none given".</summary>
[InlineArray(Size)]
public struct Digest : IEquatable<Digest>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    private byte _first;

    /// <summary>Copies 32 bytes into a digest.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 32 bytes long.</exception>
    public static Digest From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A manifest digest is {Size} bytes, got {bytes.Length}.", nameof(bytes));
        }

        Digest digest = default;
        bytes.CopyTo(digest);
        return digest;
    }

    /// <summary>Whether no byte is set.</summary>
    public readonly bool IsEmpty
    {
        get
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>((ReadOnlySpan<byte>)this);
            return (words[0] | words[1] | words[2] | words[3]) == 0;
        }
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override readonly string ToString() => Convert.ToHexStringLower(this);

    /// <summary>Byte-wise equality.</summary>
    public static bool operator ==(in Digest left, in Digest right) => ((ReadOnlySpan<byte>)left).SequenceEqual(right);

    /// <summary>Byte-wise inequality.</summary>
    public static bool operator !=(in Digest left, in Digest right) => !(left == right);

    /// <inheritdoc/>
    public readonly bool Equals(Digest other) => this == other;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Digest other && this == other;

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(this);
        return hash.ToHashCode();
    }
}
