using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Floodwall.Ledger;

/// <summary>The one place where addresses of mapped segments become spans.</summary>
internal static unsafe class SegmentMemory
{
    /// <summary>A range of a segment that its owner knows to be mapped and inside it.</summary>
    public static Span<byte> Slice(nint address, int offset, int length)
    {
        AssertRange(address, offset, length);
        return new Span<byte>((byte*)address + offset, length);
    }

    /// <summary>Stores a header word wherever it falls.</summary>
    public static void StoreWord(nint address, int offset, ulong value)
    {
        AssertRange(address, offset, sizeof(ulong));
        Unsafe.WriteUnaligned((byte*)address + offset, BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value));
    }

    /// <summary>
    /// Stores an entry's length behind a barrier, so that no order of stores shows the length before the entry. A release store
    /// proper would demand alignment on ARM64, which entries do not have.
    /// </summary>
    public static void PublishLength(nint address, int offset, ushort length)
    {
        AssertRange(address, offset, sizeof(ushort));
        Volatile.WriteBarrier();
        Unsafe.WriteUnaligned(
            (byte*)address + offset,
            BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(length) : length);
    }

    // Where the segment ends is known to its owner alone, who asserts it.
    [Conditional("DEBUG")]
    private static void AssertRange(nint address, int offset, int length)
    {
        Debug.Assert(address != 0, "the segment is not mapped, or no longer");
        Debug.Assert(offset >= 0 && length >= 0 && offset <= LedgerLimits.MaxSegmentBytes - length, "in no segment");
    }
}
