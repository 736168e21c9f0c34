using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Pipeline;

/// <summary>Reads the content of a snapshot.</summary>
internal static class SnapshotEntry
{
    /// <summary>The longest snapshot that is read.</summary>
    public const int MaxBytes = 1 << 30;

    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> content, out ulong unrecorded, out PlaneState state)
    {
        unrecorded = 0;
        state = new PlaneState();
        if (content.Length < sizeof(ulong) + Hash256.Size)
        {
            return $"a snapshot has {content.Length} bytes, expected at least {sizeof(ulong) + Hash256.Size}";
        }

        unrecorded = BinaryPrimitives.ReadUInt64LittleEndian(content);
        ReadOnlySpan<byte> encoded = content[sizeof(ulong)..^Hash256.Size];
        return Sha256.Hash(encoded) != Hash256.Read(content[^Hash256.Size..])
            ? "a snapshot does not match its own digest"
            : StateDecoder.Decode(encoded, out state);
    }
}
