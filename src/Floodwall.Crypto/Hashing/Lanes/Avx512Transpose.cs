using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Floodwall.Crypto;

/// <summary>Moves words between 16 messages one behind the other and 16 lanes side by side, in registers.</summary>
// Inlining is asked for because a block takes 7.4 ns with it and 32.8 without, measured with AVX-512 (docs/decisions/0010).
internal static unsafe class Avx512Transpose
{
    private static Vector512<byte> ReverseWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x04050607_00010203ul, 0x0C0D0E0F_08090A0Bul, 0x04050607_00010203ul, 0x0C0D0E0F_08090A0Bul,
            0x04050607_00010203ul, 0x0C0D0E0F_08090A0Bul, 0x04050607_00010203ul, 0x0C0D0E0F_08090A0Bul).AsByte();
    }

    /// <inheritdoc cref="ILaneOps{TVector}.LoadWords"/>
    public static void LoadWords(Vector512<uint>* blocks, Vector512<uint>* words)
    {
        // A 16 × 16 transpose in two halves. First 4 × 4 within each 128-bit part of four blocks: afterwards part k of vector
        // 4g + j holds word 4k + j of blocks 4g to 4g + 3.
        for (int group = 0; group < 16; group += 4)
        {
            Vector512<uint> r0 = Swap(blocks[group]);
            Vector512<uint> r1 = Swap(blocks[group + 1]);
            Vector512<uint> r2 = Swap(blocks[group + 2]);
            Vector512<uint> r3 = Swap(blocks[group + 3]);
            Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            Vector512<ulong> high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            Vector512<ulong> high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            blocks[group] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            blocks[group + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            blocks[group + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            blocks[group + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }

        // Then 4 × 4 over the 128-bit parts of the four vectors with the same j.
        const byte EvenParts = 0b10_00_10_00;
        const byte OddParts = 0b11_01_11_01;
        for (int j = 0; j < 4; j++)
        {
            Vector512<uint> even01 = Avx512F.Shuffle4x128(blocks[j], blocks[4 + j], EvenParts);
            Vector512<uint> even23 = Avx512F.Shuffle4x128(blocks[8 + j], blocks[12 + j], EvenParts);
            Vector512<uint> odd01 = Avx512F.Shuffle4x128(blocks[j], blocks[4 + j], OddParts);
            Vector512<uint> odd23 = Avx512F.Shuffle4x128(blocks[8 + j], blocks[12 + j], OddParts);
            words[j] = Avx512F.Shuffle4x128(even01, even23, EvenParts);
            words[4 + j] = Avx512F.Shuffle4x128(odd01, odd23, EvenParts);
            words[8 + j] = Avx512F.Shuffle4x128(even01, even23, OddParts);
            words[12 + j] = Avx512F.Shuffle4x128(odd01, odd23, OddParts);
        }
    }

    /// <inheritdoc cref="ILaneOps{TVector}.StoreHashes"/>
    public static void StoreHashes(Vector512<uint>* state, byte* hashes)
    {
        StoreHalf(state, hashes);
        StoreHalf(state + 4, hashes + 16);
    }

    // Four state words of all lanes: 16 bytes of each digest.
    private static void StoreHalf(Vector512<uint>* state, byte* hashes)
    {
        Vector512<ulong> low01 = Avx512F.UnpackLow(Swap(state[0]), Swap(state[1])).AsUInt64();
        Vector512<ulong> low23 = Avx512F.UnpackLow(Swap(state[2]), Swap(state[3])).AsUInt64();
        Vector512<ulong> high01 = Avx512F.UnpackHigh(Swap(state[0]), Swap(state[1])).AsUInt64();
        Vector512<ulong> high23 = Avx512F.UnpackHigh(Swap(state[2]), Swap(state[3])).AsUInt64();
        StoreParts(Avx512F.UnpackLow(low01, low23), hashes);
        StoreParts(Avx512F.UnpackHigh(low01, low23), hashes + Hash256.Size);
        StoreParts(Avx512F.UnpackLow(high01, high23), hashes + (2 * Hash256.Size));
        StoreParts(Avx512F.UnpackHigh(high01, high23), hashes + (3 * Hash256.Size));
    }

    // Part k belongs to lane 4k + j, and the digests of lanes j, 4 + j, 8 + j, 12 + j lie four digests apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreParts(Vector512<ulong> parts, byte* hashes)
    {
        Avx512F.ExtractVector128(parts, 0).Store((ulong*)hashes);
        Avx512F.ExtractVector128(parts, 1).Store((ulong*)(hashes + (4 * Hash256.Size)));
        Avx512F.ExtractVector128(parts, 2).Store((ulong*)(hashes + (8 * Hash256.Size)));
        Avx512F.ExtractVector128(parts, 3).Store((ulong*)(hashes + (12 * Hash256.Size)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Swap(Vector512<uint> x) => Avx512BW.Shuffle(x.AsByte(), ReverseWords).AsUInt32();
}
