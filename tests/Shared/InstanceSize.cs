namespace Floodwall.Tests;

/// <summary>What an object takes of the heap.</summary>
internal static class InstanceSize
{
    /// <summary>Bytes of an object behind its header and type pointer.</summary>
    public static long Of(Func<object> create)
    {
        create();

        // Every one takes as much; a collection that comes amid one, which any thread can bring about, can only count more.
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            object instance = create();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            GC.KeepAlive(instance);
        }

        return least - (2 * IntPtr.Size);
    }
}
