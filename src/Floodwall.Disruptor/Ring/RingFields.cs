using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>What every thread reads of a ring at every event, on cache lines that nobody writes after construction.</summary>
[StructLayout(LayoutKind.Explicit, Size = (CacheLine.Padding * 2) + 40)]
internal readonly struct RingFields
{
    /// <summary>The storage; see <see cref="SlotStorage{T}"/>.</summary>
    [FieldOffset(CacheLine.Padding)]
    public readonly Array Entries;

    /// <summary>One of the two sequencers is there. Both are sealed, so that calls are direct.</summary>
    [FieldOffset(CacheLine.Padding + 8)]
    public readonly SingleProducerSequencer? Single;

    [FieldOffset(CacheLine.Padding + 16)]
    public readonly MultiProducerSequencer? Multi;

    [FieldOffset(CacheLine.Padding + 24)]
    public readonly long IndexMask;

    [FieldOffset(CacheLine.Padding + 32)]
    public readonly int BufferSize;

    /// <summary>Bytes from the start of the storage's data to slot 0.</summary>
    [FieldOffset(CacheLine.Padding + 36)]
    public readonly int FirstSlotOffset;

    public RingFields(ISequencer sequencer, Array entries, int firstSlotOffset)
    {
        Entries = entries;
        Single = sequencer as SingleProducerSequencer;
        Multi = sequencer as MultiProducerSequencer;
        BufferSize = sequencer.BufferSize;
        IndexMask = BufferSize - 1;
        FirstSlotOffset = firstSlotOffset;
        Debug.Assert(Single is not null || Multi is not null, "a third sequencer: every call takes it for the second");
        Debug.Assert(BitOperations.IsPow2(BufferSize), "a slot is found by a mask");
    }
}
