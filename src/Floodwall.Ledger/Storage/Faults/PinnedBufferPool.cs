using System.Collections.Concurrent;

namespace Floodwall.Ledger;

/// <summary>
/// Zeroed buffers at fixed addresses, used again and again: images come and go by the thousand, and clearing the few pages that one
/// wrote is cheaper than a fresh segment. Shared by a storage and its images.
/// </summary>
internal sealed class PinnedBufferPool
{
    private const int Kept = 8;

    private readonly ConcurrentBag<byte[]> _free = [];

    public byte[] Rent(int length)
    {
        // Segments of one ledger are of one length; a buffer of another is left to the garbage collector.
        return _free.TryTake(out byte[]? buffer) && buffer.Length == length ? buffer : GC.AllocateArray<byte>(length, pinned: true);
    }

    /// <summary>Takes a buffer back that holds nothing but zeros.</summary>
    public void Return(byte[] buffer)
    {
        if (_free.Count < Kept)
        {
            _free.Add(buffer);
        }
    }
}
