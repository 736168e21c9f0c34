using System.Runtime.InteropServices;

namespace Floodwall.Disruptor.Tests.Support;

/// <summary>A 64-byte event: which producer wrote it, as its how-manyth, and what each link of a chain left on it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct Tick
{
    public int Producer;
    public long Index;
    public Stamps Stamps;
}

[System.Runtime.CompilerServices.InlineArray(4)]
internal struct Stamps
{
    private long _first;
}
