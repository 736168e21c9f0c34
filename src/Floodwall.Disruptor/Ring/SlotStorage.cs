using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// Memory for the event slots: one run of <typeparamref name="T"/>, apart from its neighbours on the heap.
/// </summary>
/// <remarks>
/// The data of a CLR array is only 8-byte aligned, so 64-byte slots would each lie across two cache lines. Events without references
/// therefore live in a pinned byte array, from its first 64-byte boundary on; a managed reference into it keeps it alive, so a slot can
/// outlive the ring safely. Events with references need a typed array: the collector has to see into them.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
internal static class SlotStorage<T>
    where T : struct
{
    /// <summary>Allocates zeroed slots.</summary>
    /// <param name="count">Number of slots, at least 1.</param>
    /// <param name="firstSlotOffset">Bytes from the start of the array's data to slot 0.</param>
    /// <returns>The array, to be passed to <see cref="Slot"/>.</returns>
    /// <exception cref="ArgumentException">The slots do not fit into one array.</exception>
    public static Array Allocate(int count, out int firstSlotOffset)
    {
        int bytes = CheckedBytes(count);
        return RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            ? AllocateTyped(count, out firstSlotOffset)
            : AllocateAligned(bytes, out firstSlotOffset);
    }

    /// <summary>Bytes to allocate for the slots and what surrounds them.</summary>
    /// <param name="count">Number of slots, at least 1.</param>
    /// <returns>At most <see cref="Array.MaxLength"/>.</returns>
    /// <exception cref="ArgumentException">The slots do not fit into one array.</exception>
    public static int CheckedBytes(int count)
    {
        long bytes = ((long)count * Unsafe.SizeOf<T>()) + (2 * CacheLine.Padding) + CacheLine.Alignment;
        return bytes <= Array.MaxLength
            ? (int)bytes
            : throw new ArgumentException(
                $"A ring of {count} events of {Unsafe.SizeOf<T>()} bytes needs {bytes} bytes; at most {Array.MaxLength} are possible.",
                nameof(count));
    }

    /// <summary>The slot at an index that is not checked.</summary>
    public static ref T Slot(Array entries, int firstSlotOffset, long index)
    {
        Debug.Assert(IsInside(entries, firstSlotOffset, index), "the slot or its padding lies outside the storage");

        // The byte array serves for both kinds of storage: only the place of its data is used, which is the same for every array.
        ref byte data = ref MemoryMarshal.GetArrayDataReference(Unsafe.As<byte[]>(entries));
        return ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref data, firstSlotOffset + (nint)(index * Unsafe.SizeOf<T>())));
    }

    private static bool IsInside(Array entries, int firstSlotOffset, long index)
    {
        long bytes = (long)entries.Length * (entries.GetType() == typeof(byte[]) ? 1 : Unsafe.SizeOf<T>());
        return index >= 0 && firstSlotOffset >= CacheLine.Padding
            && firstSlotOffset + ((index + 1) * Unsafe.SizeOf<T>()) + CacheLine.Padding <= bytes;
    }

    private static T[] AllocateTyped(int count, out int firstSlotOffset)
    {
        int pad = (CacheLine.Padding + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();
        firstSlotOffset = pad * Unsafe.SizeOf<T>();
        return new T[count + (2 * pad)];
    }

    private static unsafe byte[] AllocateAligned(int bytes, out int firstSlotOffset)
    {
        byte[] entries = GC.AllocateArray<byte>(bytes, pinned: true);
        nint data = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(entries));
        nint firstSlot = (data + CacheLine.Padding + CacheLine.Alignment - 1) & -CacheLine.Alignment;
        firstSlotOffset = (int)(firstSlot - data);
        return entries;
    }
}
