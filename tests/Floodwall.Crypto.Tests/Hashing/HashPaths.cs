using System.Runtime.Intrinsics;

namespace Floodwall.Crypto.Tests.Hashing;

/// <summary>Every way in which this assembly computes SHA-256, under one signature: many messages in, their digests out.</summary>
internal static class HashPaths
{
    public delegate Hash256[] HashAll(IReadOnlyList<byte[]> messages);

    /// <summary>Names of all paths, also of those this CPU cannot run.</summary>
    public static TheoryData<string> Names => ["chosen", "libcrypto", "arm", "portable", "vector128", "avx2", "avx512vl", "avx512"];

    /// <summary>The path called <paramref name="name"/>; skips the test where the machine lacks it.</summary>
    public static HashAll Require(string name)
    {
        Assert.SkipUnless(IsSupported(name), $"this machine has no {name} path");
        return name switch
        {
            "chosen" => Serially(Sha256.Hash),
            "libcrypto" => Serially(Sha256.HashWith<LibCryptoSha256>),
            "arm" => Serially(Sha256.HashWith<ArmSha256>),
            "portable" => Serially(Sha256.HashWith<PortableSha256>),
            "vector128" => InLanes<Vector128<uint>, Vector128Ops>,
            "avx2" => InLanes<Vector256<uint>, Avx2Ops>,
            "avx512vl" => InLanes<Vector256<uint>, Avx512VlOps>,
            _ => InLanes<Vector512<uint>, Avx512Ops>,
        };
    }

    private static bool IsSupported(string name) => name switch
    {
        "libcrypto" => LibCryptoSha256.IsSupported,
        "arm" => ArmSha256.IsSupported,
        "vector128" => BundleEngine.IsSupported(LaneSet.Vector128),
        "avx2" => BundleEngine.IsSupported(LaneSet.Avx2),
        "avx512vl" => BundleEngine.IsSupported(LaneSet.Avx512Vl),
        "avx512" => BundleEngine.IsSupported(LaneSet.Avx512),
        _ => true,
    };

    private delegate Hash256 HashOne(ReadOnlySpan<byte> message);

    private static HashAll Serially(HashOne hash) => messages => [.. messages.Select(message => hash(message))];

    private static unsafe Hash256[] InLanes<TVector, TOps>(IReadOnlyList<byte[]> messages)
        where TVector : unmanaged
        where TOps : struct, ILaneOps<TVector>
    {
        LaneHasher<TVector, TOps> hasher = new();
        Hash256[] digests = new Hash256[messages.Count];
        MessageFrame* frames = stackalloc MessageFrame[TOps.Lanes];
        TVector* states = stackalloc TVector[8];
        Hash256* group = stackalloc Hash256[TOps.Lanes];
        for (int done = 0; done < messages.Count; done += TOps.Lanes)
        {
            List<byte> data = [0xAA];
            for (int lane = 0; lane < TOps.Lanes; lane++)
            {
                byte[] message = messages[Math.Min(done + lane, messages.Count - 1)];
                frames[lane] = new MessageFrame(data.Count, message.Length);
                data.AddRange(message);
            }

            byte[] all = [.. data];
            fixed (byte* bytes = all)
            {
                hasher.HashMessages(bytes, all.Length, frames, 0, states);
            }

            TOps.StoreHashes(states, group);
            new ReadOnlySpan<Hash256>(group, Math.Min(TOps.Lanes, messages.Count - done)).CopyTo(digests.AsSpan(done));
        }

        return digests;
    }
}
