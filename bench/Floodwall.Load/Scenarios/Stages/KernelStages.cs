using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Floodwall.Crypto;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>The compression function that bundles are hashed with on this machine.</summary>
internal static class KernelStages
{
    public static Stage Make() => BundleHasher.Backend switch
    {
        "avx512-16" => new LaneKernelStage<Vector512<uint>, Avx512Ops>(),
        "avx512vl-8" => new LaneKernelStage<Vector256<uint>, Avx512VlOps>(),
        "avx2-8" => new LaneKernelStage<Vector256<uint>, Avx2Ops>(),
        "vector128-4" => new LaneKernelStage<Vector128<uint>, Vector128Ops>(),
        _ => new SerialKernelStage(),
    };
}

/// <summary>The compression function alone over both groups of lanes, messages and states in cache. One operation is one block.</summary>
internal sealed unsafe class LaneKernelStage<TVector, TOps> : Stage, IDisposable
    where TVector : unmanaged
    where TOps : struct, ILaneOps<TVector>
{
    private const int StateWords = 8;
    private const int BlockWords = 16;

    private readonly TVector* _states;
    private readonly TVector* _w0;
    private readonly TVector* _w1;
    private readonly uint* _k;

    public LaneKernelStage()
    {
        int schedule = LanePairKernel<TVector, TOps>.ScheduleLength;
        int vectors = (2 * StateWords) + (2 * schedule);
        _states = (TVector*)NativeMemory.AlignedAlloc((nuint)((vectors * sizeof(TVector)) + (64 * sizeof(uint))), 64);
        _w0 = _states + (2 * StateWords);
        _w1 = _w0 + schedule;
        _k = (uint*)(_w1 + schedule);
        Sha256Constants.K.CopyTo(new Span<uint>(_k, 64));
        new Random(1).NextBytes(new Span<byte>(_w0, 2 * schedule * sizeof(TVector)));
        for (int word = 0; word < 2 * StateWords; word++)
        {
            _states[word] = TOps.Broadcast(Sha256Constants.InitialState[word % StateWords]);
        }

        RequireRightDigest();
    }

    public override void Run(long operations)
    {
        for (; operations > 0; operations -= 2 * TOps.Lanes)
        {
            Compress();
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(0L, operations % (2 * TOps.Lanes), "blocks beyond whole vectors");
        return "the first block's digest as one message alone gives it";
    }

    public void Dispose() => NativeMemory.AlignedFree(_states);

    private void Compress()
    {
        if (TOps.RunsPairs)
        {
            LanePairKernel<TVector, TOps>.Compress(_states, _w0, _w1, _k);
        }
        else
        {
            LaneKernel<TVector, TOps>.Compress(_states, _w0, _k);
            LaneKernel<TVector, TOps>.Compress(_states + StateWords, _w1, _k);
        }
    }

    private void RequireRightDigest()
    {
        Span<byte> block = stackalloc byte[BlockWords * sizeof(uint)];
        for (int word = 0; word < BlockWords; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(block[(word * sizeof(uint))..], *(uint*)(_w1 + word));
        }

        Sha256State expected = Sha256State.Initial;
        Sha256.Compress(ref expected, block);
        Compress();
        Span<byte> digest = stackalloc byte[Hash256.Size];
        for (int word = 0; word < StateWords; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(word * sizeof(uint))..], *(uint*)(_states + StateWords + word));
        }

        WrongAnswerException.ThrowUnlessEqual(expected.ToHash(), Hash256.Read(digest), "digest of a block in the second group's first lane");
    }
}
