using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>What hops from thread to thread: one cache line, all of it written and all of it read, whoever carries it. Each of its words is its id.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HopSlot
{
    /// <summary>Slots of the bounded ones.</summary>
    public const int Capacity = 4096;

    /// <summary>Words of a slot.</summary>
    public const int Words = 8;

    public Vector256<ulong> First;
    public Vector256<ulong> Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HopSlot Of(ulong id)
    {
        Vector256<ulong> words = Vector256.Create(id);
        return new HopSlot { First = words, Second = words };
    }
}
