using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Floodwall.Crypto;

/// <summary>8 lanes on AVX-512VL: half-width vectors with the one-instruction rotates and logic of AVX-512.</summary>
// Inlining is asked for because a block takes 7.4 ns with it and 32.8 without, measured with AVX-512 (docs/decisions/0010).
internal readonly struct Avx512VlOps : ILaneOps<Vector256<uint>>
{
    // Truth tables of VPTERNLOG: bit (x·4 + y·2 + z) is the result.
    private const byte Xor3 = 0x96;
    private const byte Choose = 0xCA;
    private const byte Majority = 0xE8;

    /// <inheritdoc/>
    public static bool IsSupported => Avx512F.VL.IsSupported;

    /// <inheritdoc/>
    public static int Lanes => 8;

    /// <inheritdoc/>
    public static bool RunsPairs => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint value) => Vector256.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> left, Vector256<uint> right) => left + right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> BigSigma0(Vector256<uint> x) =>
        Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(x, 2), Avx512F.VL.RotateRight(x, 13), Avx512F.VL.RotateRight(x, 22), Xor3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> BigSigma1(Vector256<uint> x) =>
        Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(x, 6), Avx512F.VL.RotateRight(x, 11), Avx512F.VL.RotateRight(x, 25), Xor3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SmallSigma0(Vector256<uint> x) =>
        Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(x, 7), Avx512F.VL.RotateRight(x, 18), Avx2.ShiftRightLogical(x, 3), Xor3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SmallSigma1(Vector256<uint> x) =>
        Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(x, 17), Avx512F.VL.RotateRight(x, 19), Avx2.ShiftRightLogical(x, 10), Xor3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Ch(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        Avx512F.VL.TernaryLogic(x, y, z, Choose);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Maj(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        Avx512F.VL.TernaryLogic(x, y, z, Majority);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftByte(Vector256<uint> before, Vector256<uint> x) => (before << 24) | (x >>> 8);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Even(Vector256<uint> low, Vector256<uint> high) => Pick(low, high, 0b10_00_10_00);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Odd(Vector256<uint> low, Vector256<uint> high) => Pick(low, high, 0b11_01_11_01);

    // The shuffle works within 128-bit halves and leaves low and high alternating; the permute sorts them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Pick(Vector256<uint> low, Vector256<uint> high, [ConstantExpected] byte elements) =>
        Avx2.Permute4x64(Avx.Shuffle(low.AsSingle(), high.AsSingle(), elements).AsDouble(), 0b11_01_10_00).AsUInt32();
}
