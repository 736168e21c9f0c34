using System.Buffers.Binary;

namespace Floodwall.Crypto;

/// <summary>The framing of entries in a C2SP tlog-tiles entry bundle: <c>uint16 big-endian length ‖ entry</c>.</summary>
internal static class BundleFraming
{
    /// <summary>Bytes before each entry.</summary>
    public const int LengthSize = 2;

    /// <summary>Finds as many entries as <paramref name="frames"/> has elements; returns the bytes they take.</summary>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>.</exception>
    public static int Parse(ReadOnlySpan<byte> bundle, Span<MessageFrame> frames)
    {
        int at = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            if (bundle.Length - at < LengthSize)
            {
                ThrowTruncated(i, at, LengthSize, "of the entry's length", bundle.Length - at);
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
            at += LengthSize;
            if (bundle.Length - at < length)
            {
                ThrowTruncated(i, at, length, "of the entry", bundle.Length - at);
            }

            frames[i] = new MessageFrame(at, length);
            at += length;
        }

        return at;
    }

    private static void ThrowTruncated(int entry, int at, int expected, string what, int left) => throw new InvalidDataException(
        $"entry bundle: entry {entry} at byte {at}: {expected} bytes {what} expected, {left} left");
}
