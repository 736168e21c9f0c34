using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Floodwall.Crypto;

/// <summary>SHA-256 (FIPS 180-4) of one message at a time, without allocating.</summary>
/// <remarks>
/// The compression function is chosen once: the CPU's SHA instructions on ARM64, else libcrypto where it loads and passes a
/// known-answer test, else plain C#.
/// </remarks>
public static class Sha256
{
    private static readonly bool UseArm = ArmSha256.IsSupported;
    private static readonly bool UseLibCrypto = !UseArm && LibCryptoSha256.IsSupported;

    /// <summary>Which compression function is in use: "arm-sha2", "libcrypto" or "portable".</summary>
    public static string Backend => UseArm ? "arm-sha2" : UseLibCrypto ? "libcrypto" : "portable";

    /// <summary>The digest of <paramref name="data"/> (any length). Allocates nothing.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> data)
    {
        Sha256State state = Sha256State.Initial;
        int whole = data.Length & ~(Sha256Constants.BlockSize - 1);
        if (whole != 0)
        {
            Compress(ref state, data[..whole]);
        }

        return Finish(ref state, data[whole..], (ulong)data.Length);
    }

    /// <summary>Folds whole blocks into <paramref name="state"/> with the chosen compression function.</summary>
    internal static void Compress(ref Sha256State state, ReadOnlySpan<byte> blocks)
    {
        if (UseArm)
        {
            ArmSha256.Compress(ref state, blocks);
        }
        else if (UseLibCrypto)
        {
            LibCryptoSha256.Compress(ref state, blocks);
        }
        else
        {
            PortableSha256.Compress(ref state, blocks);
        }
    }

    /// <summary>Pads the last partial block (<paramref name="tail"/>, under 64 bytes) of a message of <paramref name="length"/> bytes.</summary>
    [SkipLocalsInit]
    internal static Hash256 Finish(ref Sha256State state, ReadOnlySpan<byte> tail, ulong length)
    {
        Span<byte> last = stackalloc byte[2 * Sha256Constants.BlockSize];
        Compress(ref state, last[..Pad(tail, length, last)]);
        return state.ToHash();
    }

    /// <summary>The digest of <paramref name="data"/> by one named compression function; for tests and measurements.</summary>
    internal static Hash256 HashWith<TCompressor>(ReadOnlySpan<byte> data)
        where TCompressor : struct, ISha256Compressor
    {
        Sha256State state = Sha256State.Initial;
        int whole = data.Length & ~(Sha256Constants.BlockSize - 1);
        Span<byte> last = stackalloc byte[2 * Sha256Constants.BlockSize];
        TCompressor.Compress(ref state, data[..whole]);
        TCompressor.Compress(ref state, last[..Pad(data[whole..], (ulong)data.Length, last)]);
        return state.ToHash();
    }

    /// <summary>Known-answer test: "abc" of FIPS 180-2 appendix B.1 through <typeparamref name="TCompressor"/>.</summary>
    internal static bool SelfTest<TCompressor>()
        where TCompressor : struct, ISha256Compressor =>
        HashWith<TCompressor>("abc"u8).ToHex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// <summary>Writes the padded end of a message (FIPS 180-4 section 5.1.1) to <paramref name="last"/>; returns 64 or 128.</summary>
    private static int Pad(ReadOnlySpan<byte> tail, ulong length, Span<byte> last)
    {
        int size = tail.Length + Sha256Constants.MinPadding <= Sha256Constants.BlockSize
            ? Sha256Constants.BlockSize
            : 2 * Sha256Constants.BlockSize;
        tail.CopyTo(last);
        last[tail.Length] = 0x80;
        last[(tail.Length + 1)..(size - 8)].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(last[(size - 8)..], length * 8);
        return size;
    }
}
