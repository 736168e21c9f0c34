using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ArmInstructions = System.Runtime.Intrinsics.Arm.Sha256;

namespace Floodwall.Crypto;

/// <summary>SHA-256 compression by the SHA2 instructions of ARMv8 (SHA256H, SHA256H2, SHA256SU0, SHA256SU1).</summary>
internal readonly struct ArmSha256 : ISha256Compressor
{
    /// <summary>Whether the CPU has the instructions and they give the right digest for a known message.</summary>
    public static readonly bool IsSupported = ArmInstructions.IsSupported && Sha256.SelfTest<ArmSha256>();

    /// <inheritdoc/>
    public static void Compress(ref Sha256State state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = state;
        ref uint k = ref MemoryMarshal.GetReference(Sha256Constants.K);
        Vector128<uint> abcd = Vector128.Create(words[..4]);
        Vector128<uint> efgh = Vector128.Create(words[4..]);
        while (blocks.Length >= Sha256Constants.BlockSize)
        {
            Vector128<uint> abcdBefore = abcd;
            Vector128<uint> efghBefore = efgh;
            Vector128<uint> w0 = LoadBigEndian(blocks);
            Vector128<uint> w1 = LoadBigEndian(blocks[16..]);
            Vector128<uint> w2 = LoadBigEndian(blocks[32..]);
            Vector128<uint> w3 = LoadBigEndian(blocks[48..]);
            for (nuint t = 0; t < 64; t += 4)
            {
                Vector128<uint> wk = w0 + Vector128.LoadUnsafe(ref k, t);
                Vector128<uint> abcdOld = abcd;
                abcd = ArmInstructions.HashUpdate1(abcd, efgh, wk);
                efgh = ArmInstructions.HashUpdate2(efgh, abcdOld, wk);

                // The four words computed in the last four turns are never used: one loop is worth that.
                Vector128<uint> next = ArmInstructions.ScheduleUpdate1(ArmInstructions.ScheduleUpdate0(w0, w1), w2, w3);
                w0 = w1;
                w1 = w2;
                w2 = w3;
                w3 = next;
            }

            abcd += abcdBefore;
            efgh += efghBefore;
            blocks = blocks[Sha256Constants.BlockSize..];
        }

        abcd.CopyTo(words);
        efgh.CopyTo(words[4..]);
    }

    private static Vector128<uint> LoadBigEndian(ReadOnlySpan<byte> block) => Vector128.Create(
        BinaryPrimitives.ReadUInt32BigEndian(block),
        BinaryPrimitives.ReadUInt32BigEndian(block[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(block[12..]));
}
