using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>A counter with padding on both sides.</summary>
/// <remarks>A structure, because the runtime takes the size of an explicit layout into account there, but not in a class.</remarks>
[StructLayout(LayoutKind.Explicit, Size = (CacheLine.Padding * 2) + sizeof(long))]
internal struct PaddedInt64
{
    [FieldOffset(CacheLine.Padding)]
    public long Value;
}
