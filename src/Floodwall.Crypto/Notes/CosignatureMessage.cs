using System.Buffers.Binary;
using System.Text;

namespace Floodwall.Crypto;

/// <summary>What a cosignature/v1 signs, and how its time is written (C2SP tlog-cosignature, "Format" and "Ed25519 signed message").</summary>
internal static class CosignatureMessage
{
    public const int TimestampSize = 8;

    /// <summary>Length of a timestamped signature.</summary>
    public const int SignatureSize = TimestampSize + Ed25519.SignatureSize;

    /// <summary>The largest time that may be stated, in POSIX seconds.</summary>
    public const ulong MaxTimestamp = long.MaxValue;

    /// <summary>A header line and a time line, then the whole note text.</summary>
    public static byte[] Create(ReadOnlySpan<byte> text, ulong timestamp) =>
        [.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"cosignature/v1\ntime {timestamp}\n")), .. text];

    /// <summary>Reads the time; false where length or time are out of range.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<byte> timestampedSignature, out ulong timestamp)
    {
        timestamp = 0;
        return timestampedSignature.Length == SignatureSize
            && BinaryPrimitives.TryReadUInt64BigEndian(timestampedSignature, out timestamp)
            && timestamp <= MaxTimestamp;
    }
}
