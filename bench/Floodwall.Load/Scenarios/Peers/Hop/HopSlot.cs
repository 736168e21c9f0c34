using System.Runtime.InteropServices;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>What hops from thread to thread: one cache line.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct HopSlot
{
    public const int Size = 64;

    /// <summary>Slots of the bounded ones.</summary>
    public const int Capacity = 4096;

    [FieldOffset(0)] public ulong Id;
}
