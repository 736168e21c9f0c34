using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Floodwall.Crypto;

/// <summary>SHA-256 compression in plain C# (FIPS 180-4 section 6.2.2); runs everywhere.</summary>
internal readonly struct PortableSha256 : ISha256Compressor
{
    /// <inheritdoc/>
    public static void Compress(ref Sha256State state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> w = stackalloc uint[64];
        while (blocks.Length >= Sha256Constants.BlockSize)
        {
            Expand(blocks, w);
            Rounds(ref state, w);
            blocks = blocks[Sha256Constants.BlockSize..];
        }
    }

    // Optimized at once: compiled again with profile data, these loops came out three times slower on .NET 10.0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Expand(ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (int t = 0; t < 16; t++)
        {
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * 4)..]);
        }

        for (int t = 16; t < 64; t++)
        {
            uint w15 = w[t - 15];
            uint w2 = w[t - 2];
            uint sigma0 = BitOperations.RotateRight(w15, 7) ^ BitOperations.RotateRight(w15, 18) ^ (w15 >> 3);
            uint sigma1 = BitOperations.RotateRight(w2, 17) ^ BitOperations.RotateRight(w2, 19) ^ (w2 >> 10);
            w[t] = w[t - 16] + sigma0 + w[t - 7] + sigma1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds(ref Sha256State state, ReadOnlySpan<uint> w)
    {
        ReadOnlySpan<uint> k = Sha256Constants.K;
        uint a = state[0], b = state[1], c = state[2], d = state[3];
        uint e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t++)
        {
            uint sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + sum1 + ((e & f) ^ (~e & g)) + k[t] + w[t];
            uint sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
